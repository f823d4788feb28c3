package io.tandem.engine.status;

import java.time.Instant;
import org.bson.BsonValue;

/**
 * Hears what the engine does. Called from the engine's threads, possibly several at once; must return quickly and not throw.
 */
public interface EngineListener {

    /** A change was settled. */
    default void changeSettled(Change change) {}

    /** Something noteworthy happened: one of the state changes that deserve a log line. */
    default void noticed(Notice notice) {}

    /**
     * A settled change.
     *
     * @param at agent's clock
     * @param direction {@code localToAtlas} or {@code atlasToLocal}
     * @param collection where
     * @param documentId the document's {@code _id}
     * @param operation {@code insert}, {@code update}, {@code delete} or {@code adopt} (both sides had it)
     * @param outcome {@code applied}, {@code conflict}, {@code quarantined} or {@code observed}
     * @param processMillis from picking the change up to settling it
     */
    record Change(
            Instant at,
            String direction,
            String collection,
            BsonValue documentId,
            String operation,
            String outcome,
            double processMillis) {}

    /**
     * A noteworthy event; {@code text} is what the log says.
     *
     * @param at agent's clock
     * @param kind a stable word such as {@code feed-connected}, {@code feed-failed}, {@code conflict}, {@code retry},
     *     {@code loop}, {@code resync-started}, {@code resync-finished}, {@code delete-guard}, {@code lease}, {@code identity}
     * @param text constant words with values, no document content
     */
    record Notice(Instant at, String kind, String text) {}
}
