package io.tandem.engine.watch;

import io.tandem.engine.model.Version;
import java.util.Optional;
import org.bson.BsonValue;

/**
 * One change that a side reports. It says which key to look at, never what to write.
 *
 * @param kind what happened
 * @param collection where; empty for {@link Kind#DATABASE_DROPPED} and {@link Kind#INVALIDATED}
 * @param id the document's {@code _id}, for {@link Kind#WRITE} and {@link Kind#DELETE}; the heartbeat's number for
 *     {@link Kind#HEARTBEAT}
 * @param serverMillis when it happened, by that server's wall clock
 * @param version the metadata version in the written document, when the event showed one
 * @param renamedTo the new name, for {@link Kind#RENAMED}
 * @param position just after this event
 */
public record FeedEvent(
        Kind kind,
        String collection,
        Optional<BsonValue> id,
        long serverMillis,
        Optional<Version> version,
        Optional<String> renamedTo,
        Position position) {

    /** What happened. */
    public enum Kind {
        /** A document was inserted, updated or replaced. */
        WRITE,
        /** A document was deleted. */
        DELETE,
        /** A collection was dropped. */
        DROPPED,
        /** A collection was renamed, over another one perhaps. */
        RENAMED,
        /** The database was dropped. */
        DATABASE_DROPPED,
        /** The feed ended; it has to be opened again after this position. */
        INVALIDATED,
        /** This device's own heartbeat came back; only on the hub. */
        HEARTBEAT
    }
}
