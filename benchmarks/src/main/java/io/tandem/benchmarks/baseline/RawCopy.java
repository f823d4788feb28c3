package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import org.bson.RawBsonDocument;

/**
 * Copies a collection: one cursor reads, several threads insert, and nothing else. Immutable.
 *
 * @param batchSize documents read and inserted together
 * @param writers threads that insert
 */
public record RawCopy(int batchSize, int writers) {
    /** As many as an engine has workers. */
    public static final int WRITERS = 4;

    /** Copies; returns how many documents. Blocking. */
    public int copy(MongoDatabase from, MongoDatabase to, String collection) {
        MongoCollection<RawBsonDocument> target = to.getCollection(collection, RawBsonDocument.class);
        return new BatchThreads(batchSize, writers)
                .forEachBatch(
                        from.getCollection(collection, RawBsonDocument.class),
                        batch -> target.insertMany(batch, new InsertManyOptions().ordered(false)));
    }
}
