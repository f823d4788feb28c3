package io.tandem.benchmarks.lab;

import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * How much is measured. Immutable.
 *
 * @param documents of a first sync and of a resync
 * @param changes of a live scenario
 * @param burst changes of a burst
 * @param offline changes made while a device is away
 * @param devices agents on one hub
 * @param largeDocuments documents of eight megabytes
 * @param seconds how long traffic of a given rate goes on
 * @param rounds measured rounds of each kind, baseline and engine in turn
 */
public record Scale(
        int documents, int changes, int burst, int offline, int devices, int largeDocuments, int seconds, int rounds) {

    /** What the issue asks for; an hour offline is 36,000 changes, ten in each second. */
    public static final Scale FULL = new Scale(1_000_000, 50_000, 100_000, 36_000, 20, 12, 30, 3);

    /** For a first impression. */
    public static final Scale QUICK = new Scale(5_000, 5_000, 5_000, 2_000, 4, 3, 5, 3);

    public Scale withDocuments(int number) {
        return new Scale(number, changes, burst, offline, devices, largeDocuments, seconds, rounds);
    }

    BsonDocument toBson() {
        return new BsonDocument("documents", new BsonInt32(documents))
                .append("changes", new BsonInt32(changes))
                .append("burst", new BsonInt32(burst))
                .append("offline", new BsonInt32(offline))
                .append("devices", new BsonInt32(devices))
                .append("largeDocuments", new BsonInt32(largeDocuments))
                .append("seconds", new BsonInt32(seconds))
                .append("rounds", new BsonInt32(rounds));
    }

    static Scale fromBson(BsonDocument from) {
        return new Scale(
                from.getInt32("documents").getValue(),
                from.getInt32("changes").getValue(),
                from.getInt32("burst").getValue(),
                from.getInt32("offline").getValue(),
                from.getInt32("devices").getValue(),
                from.getInt32("largeDocuments").getValue(),
                from.getInt32("seconds").getValue(),
                from.getInt32("rounds").getValue());
    }
}
