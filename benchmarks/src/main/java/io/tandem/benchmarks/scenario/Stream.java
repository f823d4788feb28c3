package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.benchmarks.baseline.RawPump;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Sample;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/** How fast the device's server delivers a change stream, from a short and from a long log, and how soon after the write. */
final class Stream {
    private static final int BATCH = 1000;
    private static final int LONG_LOG = 200_000;
    private static final int SHORT_LOG = 20_000;
    private static final int SAMPLES = 1000;
    private static final String DATABASE = "stream";

    private final Lab lab;
    private final MongoDatabase database;

    Stream(Lab lab) {
        this.lab = lab;
        this.database = lab.freshLocal(DATABASE);
    }

    List<Figure> measure() {
        lab.say("warming up");
        deliver(SHORT_LOG, SHORT_LOG);
        deliver(SHORT_LOG, SHORT_LOG);
        List<Double> all = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            lab.say("round " + round + " of " + lab.scale().rounds());
            double shortLog = deliver(SHORT_LOG, SHORT_LOG);
            // The same number of events, but the newest of a long log: what comes before must cost nothing.
            double endOfLong = deliver(LONG_LOG, SHORT_LOG);
            ratios.add(endOfLong / shortLog);
            all.add(deliver(LONG_LOG, LONG_LOG));
        }
        Latencies idle = latencies();
        return List.of(
                new Figure("change stream over a log of " + LONG_LOG, median(all), "events/s", Target.atLeast(20_000)),
                new Figure(
                        "delivery of " + SHORT_LOG + " events, end of long log to short log",
                        median(ratios),
                        "ratio",
                        Target.atLeast(0.8)),
                Figure.of("write to event when idle, median", Sample.median(idle.events), "ms"),
                new Figure(
                        "write to event when idle, p99", Sample.percentile(idle.events, 0.99), "ms", Target.atMost(5)),
                Figure.of("two round trips without work, median", Sample.median(idle.pings), "ms"),
                Figure.of("two round trips without work, p99", Sample.percentile(idle.pings, 0.99), "ms"));
    }

    private static double median(List<Double> values) {
        return Sample.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Writes so many documents, then reads the last of their events; returns events per second of the reading. */
    private double deliver(int written, int read) {
        MongoCollection<BsonDocument> collection = database.getCollection("drain", BsonDocument.class);
        write(collection, 0, written - read);
        BsonDocument start = RawPump.position(database, "drain");
        write(collection, written - read, read);
        long began = System.nanoTime();
        int seen = 0;
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor = collection
                .watch(RawBsonDocument.class)
                .batchSize(BATCH)
                .startAfter(start)
                .cursor()) {
            while (seen < read) {
                if (cursor.tryNext() != null) {
                    seen++;
                }
            }
        }
        double rate = read / ((System.nanoTime() - began) / 1e9);
        collection.drop();
        return rate;
    }

    private static void write(MongoCollection<BsonDocument> collection, int first, int count) {
        BsonString text = new BsonString("x".repeat(200));
        List<BsonDocument> batch = new ArrayList<>(BATCH);
        for (int i = first; i < first + count; i++) {
            batch.add(new BsonDocument("_id", new BsonInt32(i)).append("text", text));
            if (batch.size() == BATCH || i == first + count - 1) {
                collection.insertMany(batch);
                batch.clear();
            }
        }
    }

    /**
     * Milliseconds, in turn.
     *
     * @param events from before a write until its event is here: a round trip to write, and one to fetch
     * @param pings two round trips in which the server does nothing: what the machine and the driver alone need just then
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Latencies(double[] events, double[] pings) {}

    private Latencies latencies() {
        MongoCollection<BsonDocument> collection = database.getCollection("latency", BsonDocument.class);
        BsonDocument ping = new BsonDocument("ping", new BsonInt32(1));
        double[] events = new double[SAMPLES];
        double[] pings = new double[SAMPLES];
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor =
                database.watch(RawBsonDocument.class).cursor()) {
            cursor.tryNext();
            for (int i = -SAMPLES / 5; i < SAMPLES; i++) {
                long began = System.nanoTime();
                collection.insertOne(new BsonDocument("n", new BsonInt32(i)));
                while (cursor.tryNext() == null) {
                    // waits in the server
                }
                long seen = System.nanoTime();
                database.runCommand(ping);
                database.runCommand(ping);
                if (i >= 0) {
                    pings[i] = (System.nanoTime() - seen) / 1e6;
                    events[i] = (seen - began) / 1e6;
                }
            }
        }
        return new Latencies(events, pings);
    }
}
