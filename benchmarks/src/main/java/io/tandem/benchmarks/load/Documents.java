package io.tandem.benchmarks.load;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/**
 * Documents {@code {_id: <number>, n: <number of the change>, name, price, text}} of a given size. Immutable.
 *
 * @param bytes of each, about
 */
public record Documents(int bytes) {
    /** The usual ones. */
    public static final Documents KILOBYTE = new Documents(1024);

    /** Where they are kept. */
    public static final String COLLECTION = "items";

    private static final int OTHER_FIELDS = 100;
    private static final int BATCH = 500;
    private static final int BATCH_BYTES = 16 * 1024 * 1024;

    /** One of them. */
    public BsonDocument document(int id, int change) {
        return new BsonDocument("_id", new BsonInt32(id))
                .append("n", new BsonInt32(change))
                .append("name", new BsonString("Item number " + id))
                .append("price", new BsonInt32(100 + id % 900))
                .append("text", padding());
    }

    private BsonString padding() {
        return Padding.of(Math.max(1, bytes - OTHER_FIELDS));
    }

    /** Inserts documents with the ids from {@code first}, all of change 0. */
    public void fill(MongoDatabase database, int first, int count) {
        fill(database, COLLECTION, first, count);
    }

    /** The same in another collection. */
    public void fill(MongoDatabase database, String where, int first, int count) {
        MongoCollection<BsonDocument> collection = database.getCollection(where, BsonDocument.class);
        int batchSize = Math.max(1, Math.min(BATCH, BATCH_BYTES / bytes));
        List<BsonDocument> batch = new ArrayList<>(batchSize);
        for (int i = 0; i < count; i++) {
            batch.add(document(first + i, 0));
            if (batch.size() == batchSize || i == count - 1) {
                collection.insertMany(batch, new InsertManyOptions().ordered(false));
                batch.clear();
            }
        }
    }

    /** Text of a length, made once. */
    private static final class Padding {
        private static BsonString last = new BsonString("");

        static synchronized BsonString of(int length) {
            if (last.getValue().length() != length) {
                last = new BsonString("lorem ipsum ".repeat(length / 12 + 1).substring(0, length));
            }
            return last;
        }
    }
}
