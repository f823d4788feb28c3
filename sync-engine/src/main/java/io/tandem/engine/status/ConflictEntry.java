package io.tandem.engine.status;

import java.time.Instant;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * One resolved conflict with both sides' content.
 *
 * @param id its identity in the log
 * @param collection where it happened
 * @param documentId the document's {@code _id}
 * @param at when it was resolved, hub's clock
 * @param device the device that resolved it
 * @param strategy the rule that decided
 * @param winner who won
 * @param localDocument the device's content without sync metadata; empty when deleted there
 * @param localVersion its version
 * @param hubDocument the hub's content without sync metadata; empty when deleted there
 * @param hubVersion its version
 * @param restoredAt when the loser was put back, if it was
 */
public record ConflictEntry(
        String id,
        String collection,
        BsonValue documentId,
        Instant at,
        String device,
        String strategy,
        Winner winner,
        Optional<BsonDocument> localDocument,
        VersionView localVersion,
        Optional<BsonDocument> hubDocument,
        VersionView hubVersion,
        Optional<Instant> restoredAt) {

    /** Who won; {@link #label()} is the spelling in JSON. */
    public enum Winner {
        LOCAL,
        ATLAS,
        MERGED;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A version as people read it.
     *
     * @param at time of the edit, hub's clock; the epoch when not known
     * @param origin the device that wrote it, or {@code atlas}
     * @param number the version as stored
     */
    public record VersionView(Instant at, String origin, long number) {}
}
