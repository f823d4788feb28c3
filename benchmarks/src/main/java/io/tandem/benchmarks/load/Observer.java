package io.tandem.benchmarks.load;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.benchmarks.lab.Waiting;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/** Sees changes arrive in a database, by a change stream of one collection, and notes them in a ledger. Owns a thread. */
public final class Observer implements AutoCloseable {
    private static final int BATCH = 1000;
    private static final long AWAIT_MILLIS = 100;

    private final Ledger ledger;
    private final MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor;
    private final Thread thread;
    private volatile boolean closed;

    /** Sees everything that arrives after this call, once it is started. */
    public Observer(MongoDatabase database, String collection, Ledger ledger) {
        this.ledger = ledger;
        BsonDocument fields = new BsonDocument();
        for (String field : List.of("_id", "operationType", "ns", "fullDocument.n")) {
            fields.append(field, new BsonInt32(1));
        }
        this.cursor = database.getCollection(collection, RawBsonDocument.class)
                .watch(List.of(new BsonDocument("$project", fields)), RawBsonDocument.class)
                .batchSize(BATCH)
                .maxAwaitTime(AWAIT_MILLIS, TimeUnit.MILLISECONDS)
                .cursor();
        this.thread = new Thread(this::observe, "observer");
        thread.setDaemon(true);
    }

    /** Begins to look. */
    public Observer start() {
        thread.start();
        return this;
    }

    private void observe() {
        while (!closed) {
            ChangeStreamDocument<RawBsonDocument> event = cursor.tryNext();
            RawBsonDocument document = event == null ? null : event.getFullDocument();
            if (document != null && document.get("n") instanceof BsonInt32 change) {
                ledger.saw(change.getValue());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Waiting.join(thread);
        cursor.close();
    }
}
