package io.tandem.contract.server;

import com.mongodb.client.MongoDatabase;
import io.tandem.contract.server.Recording.Scenario;
import io.tandem.contract.server.WatchedStream.Seen;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Plays one scenario on one server and reports what happened in the form of the recording. One thread. */
final class Replay {

    private final Target target;
    private final Scenario scenario;

    Replay(Target target, Scenario scenario) {
        this.target = target;
        this.scenario = scenario;
    }

    /** What happened, comparable with {@link Scenario#expected()}. Leaves nothing behind on the server. */
    BsonDocument run() {
        MongoDatabase database = target.newDatabase();
        try {
            return run(database);
        } finally {
            database.drop();
        }
    }

    private BsonDocument run(MongoDatabase database) {
        Steps steps = new Steps(target.client(), database);
        for (BsonDocument step : scenario.setup()) {
            BsonDocument result = steps.run(step);
            if (result.containsKey("error") || result.containsKey("bulkError")) {
                throw new AssertionError("The preparation of the scenario was refused: " + step + " -> " + result);
            }
        }
        BsonTimestamp before = target.client()
                .getDatabase("admin")
                .runCommand(new BsonDocument("ping", new BsonInt32(1)), BsonDocument.class)
                .getTimestamp("operationTime", new BsonTimestamp(0));
        BsonArray results = new BsonArray();
        Seen seen;
        if (scenario.watchesLate()) {
            scenario.steps().forEach(step -> results.add(steps.run(step)));
            BsonTimestamp after = new BsonTimestamp(before.getTime(), before.getInc() + 1);
            try (WatchedStream stream = open(database, after)) {
                seen = readToEnd(database, stream);
            }
        } else {
            try (WatchedStream stream = open(database, BsonNull.VALUE)) {
                scenario.steps().forEach(step -> results.add(steps.run(step)));
                seen = readToEnd(database, stream);
            }
        }
        return report(database, results, seen);
    }

    private WatchedStream open(MongoDatabase database, BsonValue startAt) {
        BsonDocument watch = scenario.watch();
        List<BsonDocument> pipeline =
                watch.getArray("pipeline").stream().map(BsonValue::asDocument).toList();
        return WatchedStream.open(
                database,
                scenario.watchedCollection(),
                pipeline,
                WatchedStream.fullDocument(watch.get("fullDocument", BsonNull.VALUE))
                                .andThen(watched -> startAt.isTimestamp()
                                        ? watched.startAtOperationTime(startAt.asTimestamp())
                                        : watched)::apply);
    }

    private Seen readToEnd(MongoDatabase database, WatchedStream stream) {
        database.getCollection(scenario.watchedCollection().orElse("marker"), BsonDocument.class)
                .insertOne(new BsonDocument("_id", new BsonString(WatchedStream.MARKER)));
        return stream.readToMarker();
    }

    private static BsonDocument report(MongoDatabase database, BsonArray results, Seen seen) {
        StableNames names = new StableNames(database.getName());
        BsonArray events = new BsonArray();
        seen.events().forEach(event -> events.add(names.event(event)));
        requireOrder(seen.events());
        return new BsonDocument("stepResults", names.texts(results))
                .append("events", events)
                .append("error", seen.error().map(names::texts).orElse(new BsonString("none")));
    }

    /** Tokens rise strictly as text, times never fall, and a token begins with the time of its event: Tandem relies on all three. */
    static void requireOrder(List<BsonDocument> events) {
        String lastToken = "";
        BsonTimestamp lastTime = new BsonTimestamp(0);
        for (BsonDocument event : events) {
            String token = event.getDocument("_id").getString("_data").getValue();
            BsonTimestamp time = event.getTimestamp("clusterTime");
            if (token.compareTo(lastToken) <= 0) {
                throw new AssertionError("The tokens do not rise: " + lastToken + " then " + token);
            }
            if (time.compareTo(lastTime) < 0) {
                throw new AssertionError("The times fall: " + lastTime + " then " + time);
            }
            if (!token.startsWith(String.format("82%016X", time.getValue()))) {
                throw new AssertionError("The token " + token + " does not begin with the time of its event, " + time);
            }
            lastToken = token;
            lastTime = time;
        }
    }
}
