package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Waiting;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.RawBsonDocument;

/**
 * Reads a collection of both sides to its end, at the same time, and does nothing with it. Immutable.
 *
 * @param batchSize documents read together
 */
public record RawScan(int batchSize) {

    /** Reads; returns how many bytes. Blocking. */
    public long scan(MongoDatabase local, MongoDatabase hub, String collection) {
        AtomicLong bytes = new AtomicLong();
        Thread other = new Thread(() -> bytes.addAndGet(read(hub, collection)), "raw-scan");
        other.start();
        bytes.addAndGet(read(local, collection));
        Waiting.join(other);
        return bytes.get();
    }

    private long read(MongoDatabase database, String collection) {
        long bytes = 0;
        for (RawBsonDocument document :
                database.getCollection(collection, RawBsonDocument.class).find().batchSize(batchSize)) {
            bytes += document.getByteBuffer().remaining();
        }
        return bytes;
    }
}
