package io.tandem.contract.server;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.FullDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** A change stream of the driver, read as raw documents up to a marker that the test writes itself. One thread. */
final class WatchedStream implements AutoCloseable {

    /** The {@code _id} of the document that a test inserts last: once its event is there, all earlier ones have been seen. */
    static final String MARKER = "<the end>";

    private static final long WAIT_SECONDS_MAX = 30;

    private final @Nullable MongoCursor<RawBsonDocument> cursor;
    private final @Nullable BsonDocument openError;

    private WatchedStream(@Nullable MongoCursor<RawBsonDocument> cursor, @Nullable BsonDocument openError) {
        this.cursor = cursor;
        this.openError = openError;
    }

    /** Opens the stream now. A refusal by the server is kept as the stream's error. */
    static WatchedStream open(
            MongoDatabase database,
            Optional<String> collection,
            List<BsonDocument> pipeline,
            UnaryOperator<ChangeStreamIterable<RawBsonDocument>> options) {
        List<? extends Bson> stages = pipeline;
        ChangeStreamIterable<RawBsonDocument> watched = collection.isPresent()
                ? database.getCollection(collection.get()).watch(stages, RawBsonDocument.class)
                : database.watch(stages, RawBsonDocument.class);
        try {
            return new WatchedStream(
                    options.apply(watched.maxAwaitTime(200, TimeUnit.MILLISECONDS))
                            .withDocumentClass(RawBsonDocument.class)
                            .cursor(),
                    null);
        } catch (MongoCommandException refused) {
            return new WatchedStream(null, error(refused));
        }
    }

    static UnaryOperator<ChangeStreamIterable<RawBsonDocument>> fullDocument(BsonValue mode) {
        return mode.isString()
                ? watched -> watched.fullDocument(
                        FullDocument.fromString(mode.asString().getValue()))
                : watched -> watched;
    }

    /** Everything that the stream reports up to the marker, its end, or an error. Fails when neither comes. */
    Seen readToMarker() {
        List<BsonDocument> events = new ArrayList<>();
        if (cursor == null || openError != null) {
            return new Seen(events, Optional.ofNullable(openError), false);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        try {
            while (System.nanoTime() < deadline) {
                RawBsonDocument event = cursor.tryNext();
                if (event != null && isMarker(event)) {
                    return new Seen(events, Optional.empty(), false);
                } else if (event != null) {
                    events.add(event.decode(new org.bson.codecs.BsonDocumentCodec()));
                } else if (cursor.getServerCursor() == null) {
                    return new Seen(events, Optional.empty(), true);
                }
            }
        } catch (MongoCommandException failed) {
            return new Seen(events, Optional.of(error(failed)), true);
        }
        throw new AssertionError(
                "The stream reported neither the marker nor an end within " + WAIT_SECONDS_MAX + " s, only " + events);
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }

    static BsonDocument error(MongoCommandException failed) {
        BsonDocument reply = failed.getResponse();
        BsonDocument error = new BsonDocument("code", reply.get("code"))
                .append("codeName", reply.get("codeName", new BsonString("none")))
                .append("errmsg", reply.get("errmsg"));
        BsonArray labels = reply.getArray("errorLabels", new BsonArray());
        return labels.isEmpty() ? error : error.append("errorLabels", labels);
    }

    private static boolean isMarker(BsonDocument event) {
        BsonValue key = event.get("documentKey");
        return key != null
                && key.isDocument()
                && new BsonString(MARKER).equals(key.asDocument().get("_id"));
    }

    /**
     * What a stream reported.
     *
     * @param events the events before the marker
     * @param error the error that ended the stream, if one did
     * @param ended whether the server closed the stream
     */
    record Seen(List<BsonDocument> events, Optional<BsonDocument> error, boolean ended) {}
}
