package io.tandem.benchmarks.load;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * Replaces documents, as applications do. Immutable.
 *
 * @param documents what they look like
 * @param collection where they are
 * @param keys how many documents take part; ids 0 to {@code keys - 1}
 */
public record Changes(Documents documents, String collection, int keys) {
    private static final int BATCH = 100;

    /** Changes of the usual documents in the usual place. */
    public static Changes of(int keys) {
        return new Changes(Documents.KILOBYTE, Documents.COLLECTION, keys);
    }

    /** As fast as the server takes them, in ordered batches. Blocking. */
    public void atOnce(MongoDatabase database, Ledger ledger, int first, int count) {
        MongoCollection<BsonDocument> target = database.getCollection(collection, BsonDocument.class);
        int batchSize = Math.max(1, Math.min(BATCH, 16 * 1024 * 1024 / documents.bytes()));
        List<ReplaceOneModel<BsonDocument>> batch = new ArrayList<>(batchSize);
        for (int change = first; change < first + count; change++) {
            batch.add(
                    new ReplaceOneModel<>(byId(key(change)), documents.document(key(change), ledger.numberOf(change))));
            if (batch.size() == batchSize || change == first + count - 1) {
                for (int i = change - batch.size() + 1; i <= change; i++) {
                    ledger.making(i, key(i));
                }
                target.bulkWrite(batch);
                batch.clear();
            }
        }
    }

    /** One by one, so many in each second, evenly. Blocking. */
    public void steadily(MongoDatabase database, Ledger ledger, int first, int count, int perSecond) {
        MongoCollection<BsonDocument> target = database.getCollection(collection, BsonDocument.class);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = began + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int change = first + i;
            ledger.making(change, key(change));
            target.replaceOne(byId(key(change)), documents.document(key(change), ledger.numberOf(change)));
        }
    }

    /** Spread over all documents in no simple order. */
    private int key(int change) {
        return (int) (change * 2_654_435_761L % keys);
    }

    private static BsonDocument byId(int key) {
        return new BsonDocument("_id", new BsonInt32(key));
    }
}
