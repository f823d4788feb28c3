package io.tandem.engine.status;

import java.util.List;
import org.bson.BsonValue;

/**
 * The result of comparing both sides by content.
 *
 * @param collections one entry each
 */
public record Verification(List<CollectionResult> collections) {
    public Verification {
        collections = List.copyOf(collections);
    }

    /** Whether no collection differs in what it is synced for. */
    public boolean consistent() {
        return collections.stream().allMatch(CollectionResult::consistent);
    }

    /**
     * One collection.
     *
     * @param name its name
     * @param local documents on the device
     * @param hub documents on the hub
     * @param equal documents equal on both
     * @param different documents on both with different content
     * @param missingLocal documents only on the hub
     * @param missingHub documents only on the device
     * @param pending differences that are changes under way (dirty, quarantined, or not synced in that direction: in the hub only, while the
     *     collection is only sent; any, while it is observed or paused)
     * @param staleBase keys that are equal but whose base state says otherwise
     * @param samples some differing keys
     */
    public record CollectionResult(
            String name,
            long local,
            long hub,
            long equal,
            long different,
            long missingLocal,
            long missingHub,
            long pending,
            long staleBase,
            List<Difference> samples) {
        public CollectionResult {
            samples = List.copyOf(samples);
        }

        public boolean consistent() {
            return different == 0 && missingLocal == 0 && missingHub == 0;
        }
    }

    /**
     * One differing key.
     *
     * @param id the document's {@code _id}
     * @param kind {@code different}, {@code missing-local} or {@code missing-atlas}
     */
    public record Difference(BsonValue id, String kind) {}
}
