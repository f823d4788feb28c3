package io.tandem.engine.mongo;

import io.tandem.engine.model.Names;
import io.tandem.engine.model.Version;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.FeedEvent.Kind;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Turns change events into what the engine needs of them. Immutable. */
final class FeedReader {
    private final Names names;
    private final String fingerprint;
    private final LongSupplier serverMillis;

    /**
     * A reader.
     *
     * @param serverMillis what that server's clock says now, for events that do not say when they happened
     */
    FeedReader(Names names, String fingerprint, LongSupplier serverMillis) {
        this.names = names;
        this.fingerprint = fingerprint;
        this.serverMillis = serverMillis;
    }

    /** The event; empty when it is of no concern, an unknown operation for instance. */
    Optional<FeedEvent> read(BsonDocument event) {
        BsonTimestamp at = event.getTimestamp("clusterTime", new BsonTimestamp(0));
        FeedToken token = FeedToken.of(event.getDocument("_id"), fingerprint, at);
        String operation = Values.text(event, "operationType").orElse("");
        String collection =
                Values.text(event.getDocument("ns", new BsonDocument()), "coll").orElse("");
        Reading reading = new Reading(event, token, collection, millis(event, at));
        if (collection.equals(names.devices())) {
            return beat(event).map(number -> reading.event(Kind.HEARTBEAT, Optional.of(number)));
        }
        return switch (operation) {
            case "insert", "update", "replace" -> ofDocument(reading, Kind.WRITE);
            case "delete" -> ofDocument(reading, Kind.DELETE);
            case "drop" ->
                names.isApplication(collection)
                        ? Optional.of(reading.event(Kind.DROPPED, Optional.empty()))
                        : Optional.empty();
            case "rename" -> renamed(reading);
            case "dropDatabase" -> Optional.of(reading.event(Kind.DATABASE_DROPPED, Optional.empty()));
            case "invalidate" -> Optional.of(reading.event(Kind.INVALIDATED, Optional.empty()));
            default -> Optional.empty();
        };
    }

    private Optional<FeedEvent> ofDocument(Reading reading, Kind kind) {
        if (!names.isApplication(reading.collection)) {
            return Optional.empty();
        }
        BsonValue id =
                reading.event.getDocument("documentKey", new BsonDocument()).get("_id");
        return Optional.ofNullable(id).map(found -> reading.event(kind, Optional.of(Values.own(found))));
    }

    private Optional<FeedEvent> renamed(Reading reading) {
        String to = Values.text(reading.event.getDocument("to", new BsonDocument()), "coll")
                .orElse("");
        boolean concerns = names.isApplication(reading.collection) || names.isApplication(to);
        return concerns ? Optional.of(reading.renamedTo(to)) : Optional.empty();
    }

    /** The fields that an update has set, as far as they are asked for. */
    private static BsonDocument updated(BsonDocument event) {
        return event.getDocument("updateDescription", new BsonDocument())
                .getDocument("updatedFields", new BsonDocument());
    }

    /** The heartbeat's number, from an insert or from an update. */
    private static Optional<BsonValue> beat(BsonDocument event) {
        BsonDocument inserted = event.getDocument("fullDocument", new BsonDocument());
        BsonDocument updated = updated(event);
        BsonValue number = inserted.containsKey(MongoHubStore.BEAT)
                ? inserted.get(MongoHubStore.BEAT)
                : updated.get(MongoHubStore.BEAT);
        return number instanceof BsonNumber found ? Optional.of(new BsonInt64(found.longValue())) : Optional.empty();
    }

    /** By the server's wall clock: as the event says since 6.0, else now, but within the second that its cluster time names. */
    private long millis(BsonDocument event, BsonTimestamp at) {
        Optional<Long> wallTime = Values.date(event, "wallTime");
        if (wallTime.isPresent()) {
            return wallTime.get();
        }
        long second = Integer.toUnsignedLong(at.getTime()) * 1000;
        return Math.max(second, Math.min(second + 999, serverMillis.getAsLong()));
    }

    /** From what was written whole, or from a stamp. */
    private static Optional<Version> version(BsonDocument event) {
        BsonDocument whole = event.getDocument("fullDocument", new BsonDocument());
        BsonDocument written = whole.containsKey("_sync") ? whole : updated(event);
        BsonDocument meta = written.get("_sync") instanceof BsonDocument found ? found : new BsonDocument();
        Optional<String> origin = Values.text(meta, "origin");
        return meta.get("version") instanceof BsonInt64 time && time.getValue() > 0
                ? origin.map(by -> new Version(time.getValue(), by))
                : Optional.empty();
    }

    /** One event with what all kinds have in common. */
    private record Reading(BsonDocument event, FeedToken token, String collection, long millis) {
        FeedEvent event(Kind kind, Optional<BsonValue> id) {
            Optional<Version> version = kind == Kind.WRITE ? version(event) : Optional.empty();
            String where = kind == Kind.HEARTBEAT ? "" : collection;
            return new FeedEvent(kind, where, id, millis, version, Optional.empty(), token.position());
        }

        FeedEvent renamedTo(String to) {
            return new FeedEvent(
                    Kind.RENAMED,
                    collection,
                    Optional.empty(),
                    millis,
                    Optional.empty(),
                    Optional.of(to),
                    token.position());
        }
    }
}
