package io.tandem.contract.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where a change stream starts again, and what it refuses to start from: the part {@code resume} of the recording. */
class ResumeContractTest {

    private static final int DOCUMENTS = 6;
    private static final int THIRD = 2;

    private static List<Target> targets = List.of();

    private final KnownDifferences known = KnownDifferences.ofFile();

    @BeforeAll
    static void startServers() {
        targets = Target.replicaSets();
    }

    @AfterAll
    static void stopServers() {
        targets.forEach(Target::close);
    }

    @TestFactory
    Stream<DynamicTest> everyWayToResume() {
        BsonDocument recorded = Recording.instance().part("resume");
        return targets.stream()
                .flatMap(target -> recorded.keySet().stream()
                        .map(name -> DynamicTest.dynamicTest(
                                target.name() + ": " + name, () -> check(target, name, recorded.get(name)))));
    }

    private void check(Target target, String name, BsonValue recorded) {
        MongoDatabase database = target.newDatabase();
        try {
            StableNames names = new StableNames(database.getName());
            BsonDocument expected = new BsonDocument("result", names.texts(recorded));
            BsonDocument seen = new BsonDocument("result", names.texts(new Play(database).result(name)));

            List<String> differences = Differences.between(expected, seen);

            assertThat(known.unexplained(target.kind(), target.wireVersion(), "resume: " + name, differences))
                    .isEmpty();
        } finally {
            database.drop();
        }
    }

    /** A database in which six documents were inserted while a stream was watching. One thread. */
    private static final class Play {

        private final MongoDatabase database;
        private final BsonDocument idleToken;
        private final List<BsonDocument> tokens = new ArrayList<>();
        private final List<BsonTimestamp> times = new ArrayList<>();

        Play(MongoDatabase database) {
            this.database = database;
            try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> cursor = database.watch(BsonDocument.class)
                    .maxAwaitTime(100, TimeUnit.MILLISECONDS)
                    .cursor()) {
                if (cursor.tryNext() != null) {
                    throw new AssertionError("A new database has events.");
                }
                idleToken = Optional.ofNullable(cursor.getResumeToken())
                        .orElseThrow(() -> new AssertionError("An idle stream has no token."));
                for (int i = 0; i < DOCUMENTS; i++) {
                    database.getCollection("a", BsonDocument.class)
                            .insertOne(new BsonDocument("_id", new BsonInt32(i)));
                }
                for (int i = 0; i < DOCUMENTS; i++) {
                    ChangeStreamDocument<BsonDocument> event = cursor.next();
                    tokens.add(event.getResumeToken());
                    times.add(Optional.ofNullable(event.getClusterTime()).orElseThrow());
                }
            }
        }

        BsonValue result(String name) {
            BsonDocument third = tokens.get(THIRD);
            return switch (name) {
                case "tokenBeforeAnyEvent" -> new BsonString(idleToken.isEmpty() ? "empty" : "present");
                case "resume_after third event" -> ids(Optional.empty(), watched -> watched.resumeAfter(third));
                case "start_after third event" -> ids(Optional.empty(), watched -> watched.startAfter(third));
                case "resume_after the token of an idle stream" ->
                    ids(Optional.empty(), watched -> watched.resumeAfter(idleToken));
                case "start_at_operation_time of third event (inclusive)" ->
                    ids(Optional.empty(), watched -> watched.startAtOperationTime(times.get(THIRD)));
                case "collection stream resumed with a database stream token" ->
                    ids(Optional.of("a"), watched -> watched.resumeAfter(third));
                case "garbage token" ->
                    refusal(
                            Optional.empty(),
                            watched ->
                                    watched.resumeAfter(new BsonDocument("_data", new BsonString("not hexadecimal"))));
                case "token of another shape" ->
                    refusal(
                            Optional.empty(),
                            watched -> watched.resumeAfter(new BsonDocument("foo", new BsonInt32(1))));
                case "collection stream after drop" -> operations(afterDrop());
                case "resume_after an invalidate" ->
                    refusal(Optional.of("a"), resumeFrom(invalidate(), ChangeStreamIterable::resumeAfter));
                case "start_after an invalidate" ->
                    refusal(Optional.of("a"), resumeFrom(invalidate(), ChangeStreamIterable::startAfter));
                case "fields of a cursor reply" ->
                    Shapes.ofReply(database.runCommand(
                            BsonDocument.parse("{aggregate: 1, pipeline: [{$changeStream: {}}], cursor: {}}"),
                            BsonDocument.class));
                default ->
                    throw new IllegalArgumentException("The recording has a part that is not known here: " + name);
            };
        }

        private static UnaryOperator<ChangeStreamIterable<RawBsonDocument>> resumeFrom(
                BsonDocument token,
                java.util.function.BiFunction<
                                ChangeStreamIterable<RawBsonDocument>,
                                BsonDocument,
                                ChangeStreamIterable<RawBsonDocument>>
                        how) {
            return watched -> how.apply(watched, token);
        }

        private WatchedStream.Seen read(
                Optional<String> collection, UnaryOperator<ChangeStreamIterable<RawBsonDocument>> options) {
            try (WatchedStream stream = WatchedStream.open(database, collection, List.of(), options)) {
                database.getCollection("a", BsonDocument.class)
                        .insertOne(new BsonDocument("_id", new BsonString(WatchedStream.MARKER)));
                return stream.readToMarker();
            }
        }

        private BsonValue ids(
                Optional<String> collection, UnaryOperator<ChangeStreamIterable<RawBsonDocument>> options) {
            WatchedStream.Seen seen = read(collection, options);
            if (seen.error().isPresent()) {
                return seen.error().get();
            }
            Replay.requireOrder(seen.events());
            BsonArray ids = new BsonArray();
            seen.events()
                    .forEach(event -> ids.add(event.getDocument("documentKey").get("_id")));
            return ids;
        }

        private BsonValue refusal(
                Optional<String> collection, UnaryOperator<ChangeStreamIterable<RawBsonDocument>> options) {
            return read(collection, options).error().map(BsonValue.class::cast).orElse(new BsonString("no error"));
        }

        private List<BsonDocument> afterDrop() {
            try (WatchedStream stream = WatchedStream.open(database, Optional.of("a"), List.of(), watched -> watched)) {
                database.getCollection("a").drop();
                return stream.readToMarker().events();
            }
        }

        private BsonDocument invalidate() {
            List<BsonDocument> events = afterDrop();
            return events.get(events.size() - 1).getDocument("_id");
        }

        private static BsonArray operations(List<BsonDocument> events) {
            BsonArray operations = new BsonArray();
            events.forEach(event -> operations.add(event.get("operationType")));
            return operations;
        }
    }
}
