package io.tandem.embedded.stream;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.ServerClock;
import io.tandem.embedded.store.Storage;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes events of log entries, with the fields in the order in which a real server sends them. Any thread. */
final class EventBuilder {
    private final StreamOptions options;
    private final Storage storage;

    EventBuilder(StreamOptions options, Storage storage) {
        this.options = options;
        this.storage = storage;
    }

    /** Takes the fields of an event, in their order. */
    @FunctionalInterface
    private interface Fields {
        void put(String name, @Nullable Object value);
    }

    /** The event as a document for a pipeline; what a pipeline seldom looks at is left undecoded. */
    Document event(LogEntry entry, Document token) {
        Document event = new Document();
        byte[] key = entry.documentKey();
        fields(event::put, entry, token, key == null ? null : BsonDecoder.decode(key));
        return event;
    }

    /** Appends the event as it is sent. */
    void write(LogEntry entry, Document token, BsonEncoder to) {
        int start = to.begin();
        fields(to::element, entry, token, raw(entry.documentKey()));
        to.end(start);
    }

    private void fields(Fields event, LogEntry entry, Document token, @Nullable Object key) {
        LogEntry.Origin origin = entry.origin();
        if (origin != null && origin.isTransaction()) {
            event.put("txnNumber", origin.number());
            event.put("lsid", new RawBson(origin.session()));
        }
        if (entry.target() != null) {
            event.put(
                    "to",
                    new Document("db", entry.target().database())
                            .append("coll", entry.target().collection()));
        }
        head(event, entry, token, entry.kind().eventName());
        fullDocument(event, entry);
        event.put("ns", namespace(entry));
        if (key != null) {
            event.put("documentKey", key);
        }
        byte[] delta = entry.delta();
        if (delta != null) {
            event.put("updateDescription", description(delta));
        }
        beforeChange(event, entry);
    }

    private static Document namespace(LogEntry entry) {
        Document namespace = new Document("db", entry.namespace().database());
        if (entry.kind() != LogEntry.Kind.DROP_DATABASE) {
            namespace.put("coll", entry.namespace().collection());
        }
        return namespace;
    }

    Document invalidation(LogEntry entry, Document token) {
        Document event = new Document();
        head(event::put, entry, token, "invalidate");
        return event;
    }

    private void head(Fields event, LogEntry entry, Document token, String operationType) {
        event.put("_id", token);
        event.put("operationType", operationType);
        event.put("clusterTime", ServerClock.timestamp(entry.time()));
        if (options.wallTime()) {
            event.put("wallTime", Instant.ofEpochMilli(entry.wallMillis()));
        }
    }

    private Object description(byte[] delta) {
        if (!options.truncatedArrays()) {
            return new RawBson(delta);
        }
        return BsonDecoder.decode(delta).append("truncatedArrays", List.of());
    }

    private void fullDocument(Fields event, LogEntry entry) {
        byte[] after = entry.after();
        switch (entry.kind()) {
            case INSERT, REPLACE -> event.put("fullDocument", raw(after));
            case UPDATE -> {
                switch (options.fullDocument()) {
                    case "updateLookup" -> event.put("fullDocument", current(entry));
                    case "whenAvailable" -> event.put("fullDocument", entry.images() ? raw(after) : null);
                    case "required" -> {
                        requireImages(entry, "post");
                        event.put("fullDocument", raw(after));
                    }
                    default -> {
                        return;
                    }
                }
            }
            default -> {
                return;
            }
        }
    }

    private void beforeChange(Fields event, LogEntry entry) {
        boolean changed = entry.kind() == LogEntry.Kind.UPDATE
                || entry.kind() == LogEntry.Kind.REPLACE
                || entry.kind() == LogEntry.Kind.DELETE;
        if (options.before().equals("off") || !changed) {
            return;
        }
        if (options.before().equals("required")) {
            requireImages(entry, "pre");
        }
        event.put("fullDocumentBeforeChange", entry.images() ? raw(entry.before()) : null);
    }

    private static void requireImages(LogEntry entry, String which) {
        if (!entry.images()) {
            throw new ServerError(
                    47,
                    "Change stream was configured to require a " + which + "-image for all update events, but the "
                            + which + "-image was not found for an event of "
                            + entry.namespace().full());
        }
    }

    private static @Nullable RawBson raw(byte @Nullable [] bytes) {
        return bytes == null ? null : new RawBson(bytes);
    }

    private @Nullable RawBson current(LogEntry entry) {
        StoredCollection collection = storage.find(entry.namespace());
        byte[] key = entry.documentKey();
        if (collection == null || key == null) {
            return null;
        }
        StoredRecord record = collection.byKey(collection.keyOf(key));
        return record == null ? null : new RawBson(record.bytes());
    }
}
