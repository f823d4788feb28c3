package io.tandem.contract.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.embedded.EmbeddedMongo;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a server answers when the history that a stream needs is gone, and when there is none at all: the part {@code
 * lostHistoryAndStandalone} of the recording.
 *
 * <p>Lost history is made on embedded servers only: on a real one it would take overwriting its whole oplog, which a test must not do to
 * somebody's server. The codes of real servers are those of the recording.
 */
class LostHistoryContractTest {

    private static final int INSERTED = 5_000;

    private final KnownDifferences known = KnownDifferences.ofFile();
    private final BsonDocument recorded = Recording.instance().part("lostHistoryAndStandalone");

    @TestFactory
    Stream<DynamicTest> lostHistory() {
        return Stream.of(9, 17)
                .flatMap(wireVersion -> Stream.of(
                                "resume_after a token older than the oplog",
                                "start_at_operation_time older than the oplog",
                                "open cursor whose position fell off")
                        .map(name ->
                                DynamicTest.dynamicTest("embedded, wire version " + wireVersion + ": " + name, () -> {
                                    try (Target target = Target.embedded(
                                            EmbeddedMongo.builder().wireVersion(wireVersion), "embedded")) {
                                        check(target, name, lose(target, name));
                                    }
                                })));
    }

    @TestFactory
    Stream<DynamicTest> standalone() {
        return Target.standalones().stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    try (target) {
                        check(target, "standalone", refusedStream(target));
                        check(target, "standalone isMaster fields", Shapes.sortedNames(isMaster(target)));
                    }
                }));
    }

    private void check(Target target, String name, BsonValue result) {
        StableNames names = new StableNames("unused database name");
        List<String> differences = Differences.between(
                new BsonDocument("result", names.texts(recorded.get(name))),
                new BsonDocument("result", names.texts(result)));

        assertThat(known.unexplained(target.kind(), target.wireVersion(), "lost history: " + name, differences))
                .isEmpty();
    }

    private static BsonValue lose(Target target, String name) {
        EmbeddedMongo server = target.embeddedServer().orElseThrow();
        MongoDatabase database = target.newDatabase();
        try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> cursor = database.watch(BsonDocument.class)
                .batchSize(100)
                .maxAwaitTime(100, TimeUnit.MILLISECONDS)
                .cursor()) {
            insert(database, INSERTED);
            ChangeStreamDocument<BsonDocument> first = cursor.next();
            BsonTimestamp time = Optional.ofNullable(first.getClusterTime()).orElseThrow();
            server.faults().shrinkChangeLog(2);
            return switch (name) {
                case "resume_after a token older than the oplog" ->
                    error(() -> database.watch()
                            .resumeAfter(first.getResumeToken())
                            .cursor()
                            .tryNext());
                case "start_at_operation_time older than the oplog" ->
                    error(() ->
                            database.watch().startAtOperationTime(time).cursor().tryNext());
                case "open cursor whose position fell off" ->
                    error(() -> {
                        for (int i = 0; i < INSERTED; i++) { // what was read ahead may still come
                            cursor.tryNext();
                        }
                    });
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    private static void insert(MongoDatabase database, int count) {
        List<BsonDocument> documents = IntStream.range(0, count)
                .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)))
                .toList();
        database.getCollection("a", BsonDocument.class).insertMany(documents);
    }

    private static BsonValue refusedStream(Target target) {
        return error(() -> target.newDatabase().watch().cursor());
    }

    private static BsonDocument isMaster(Target target) {
        return target.client()
                .getDatabase("admin")
                .runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class);
    }

    private static BsonValue error(Runnable action) {
        try {
            action.run();
            return new BsonString("no error");
        } catch (MongoCommandException refused) {
            return WatchedStream.error(refused);
        }
    }
}
