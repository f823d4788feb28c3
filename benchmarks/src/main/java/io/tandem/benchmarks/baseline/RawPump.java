package io.tandem.benchmarks.baseline;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.WriteModel;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.OperationType;
import io.tandem.benchmarks.lab.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * Carries changes of one collection in one direction: one change stream, ordered bulk writes, no metadata, no guards, no state. Owns a
 * thread. What it loses at a crash or overwrites in the other direction is its own affair.
 */
public final class RawPump implements AutoCloseable {
    private static final long AWAIT_MILLIS = 100;

    private final MongoCollection<RawBsonDocument> target;
    private final int batchSize;
    private final MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor;
    private final Thread thread;
    private volatile boolean closed;

    /** Carries what happens after this call, or after a resume token, once it is started. */
    public RawPump(
            MongoDatabase from, MongoDatabase to, String collection, int batchSize, Optional<BsonDocument> after) {
        this.target = to.getCollection(collection, RawBsonDocument.class);
        this.batchSize = batchSize;
        ChangeStreamIterable<RawBsonDocument> stream = from.getCollection(collection, RawBsonDocument.class)
                .watch(RawBsonDocument.class)
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .batchSize(batchSize)
                .maxAwaitTime(AWAIT_MILLIS, TimeUnit.MILLISECONDS);
        after.ifPresent(stream::startAfter);
        this.cursor = stream.cursor();
        this.thread = new Thread(this::pump, "raw-pump");
        thread.setDaemon(true);
    }

    /** Begins to carry. */
    public void start() {
        thread.start();
    }

    /** Where a collection's history ends now. */
    public static BsonDocument position(MongoDatabase database, String collection) {
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor = database.getCollection(
                        collection, RawBsonDocument.class)
                .watch(RawBsonDocument.class)
                .maxAwaitTime(1, TimeUnit.MILLISECONDS)
                .cursor()) {
            cursor.tryNext();
            BsonDocument token = cursor.getResumeToken();
            if (token == null) {
                throw new IllegalStateException("the server does not say where its history ends");
            }
            return BsonDocument.parse(token.toJson());
        }
    }

    private void pump() {
        List<WriteModel<RawBsonDocument>> batch = new ArrayList<>(batchSize);
        while (!closed) {
            ChangeStreamDocument<RawBsonDocument> event = cursor.tryNext();
            if (event != null) {
                statement(event).ifPresent(batch::add);
            }
            if (!batch.isEmpty() && (batch.size() == batchSize || cursor.available() == 0)) {
                target.bulkWrite(batch);
                batch.clear();
            }
        }
    }

    private static Optional<WriteModel<RawBsonDocument>> statement(ChangeStreamDocument<RawBsonDocument> event) {
        BsonDocument key = event.getDocumentKey();
        RawBsonDocument document = event.getFullDocument();
        if (event.getOperationType() == OperationType.DELETE && key != null) {
            return Optional.of(new DeleteOneModel<>(key));
        }
        if (document == null || key == null) {
            return Optional.empty();
        }
        return Optional.of(
                event.getOperationType() == OperationType.INSERT
                        ? new InsertOneModel<>(document)
                        : new ReplaceOneModel<>(key, document));
    }

    @Override
    public void close() {
        closed = true;
        Waiting.join(thread);
        cursor.close();
    }
}
