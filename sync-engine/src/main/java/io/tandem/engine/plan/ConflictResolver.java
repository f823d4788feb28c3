package io.tandem.engine.plan;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Version;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * Decides between two concurrent states of a document. Implementations must be pure, deterministic and thread-safe: every
 * device has to come to the same result from the same input. They are found by {@link java.util.ServiceLoader} and named in
 * the setting {@code CONFLICT_RESOLUTION_STRATEGY}.
 */
public interface ConflictResolver {
    /** The name in settings and in the conflict log: lower case letters, digits and hyphens. */
    String name();

    /** Decides. An exception makes last-write-wins decide instead, and is noted in the conflict log. */
    Resolution resolve(Case conflict);

    /** Whether {@link Case#base()} is wanted; base contents are kept only for collections whose resolver says so. */
    default boolean needsBase() {
        return false;
    }

    /**
     * Whether two changes to the same content may still be two, as two increments of a counter are. Where not, and where it is not certain
     * what both were made on, equal contents are agreed on without asking.
     */
    default boolean addsUp() {
        return false;
    }

    /**
     * Two concurrent states of one document.
     *
     * @param key which document
     * @param base what both sides last agreed on; empty when not kept, deleted or never agreed
     * @param local the device's content; empty when deleted there
     * @param localVersion its version
     * @param hub the hub's content; empty when deleted there
     * @param hubVersion its version
     */
    record Case(
            DocKey key,
            Optional<? extends BsonDocument> base,
            Optional<? extends BsonDocument> local,
            Version localVersion,
            Optional<? extends BsonDocument> hub,
            Version hubVersion) {

        /** The side with the later version; never a tie, since origins differ. */
        public Resolution newer() {
            return localVersion.isAfter(hubVersion) ? Resolution.LOCAL : Resolution.HUB;
        }
    }

    /** The outcome: one side, or a document made of both. */
    sealed interface Resolution {
        Resolution LOCAL = new OneSide(true);
        Resolution HUB = new OneSide(false);

        /**
         * One side wins as it is.
         *
         * @param local whether it is the device's
         */
        record OneSide(boolean local) implements Resolution {}

        /**
         * A new document; its {@code _id} must be the key's.
         *
         * @param content without sync metadata
         */
        record Merged(BsonDocument content) implements Resolution {}

        static Resolution merged(BsonDocument content) {
            return new Merged(content);
        }
    }
}
