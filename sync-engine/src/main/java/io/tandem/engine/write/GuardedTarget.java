package io.tandem.engine.write;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import java.util.List;

/**
 * Writes to both databases. Thread-safe, blocking. Hub writes are majority-committed when they return. Throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE}, {@code HUB_UNREACHABLE} or {@code FENCED};
 * after an exception nothing is known about any write of the call.
 */
public interface GuardedTarget {
    /**
     * Carries out guarded writes, in batches per collection. Of a few where fields are merged each outcome is certain; of others in one
     * batch with a miss it may be {@link Outcome#UNKNOWN}.
     *
     * @return one outcome for each, in order
     */
    List<Outcome> swap(Side side, List<Swap> swaps);

    /**
     * Leaves tombstones on the hub; one that has a later version already is left alone and the outcome is
     * {@link Outcome#MISSED}.
     *
     * @return one outcome for each, in order
     */
    List<Outcome> bury(List<Burial> burials);

    /** Adds to the conflict log on the hub; entries that are there already stay as they are. */
    void log(List<Conflict> conflicts);

    /**
     * A tombstone to leave.
     *
     * @param key which document
     * @param tombstone what to remember
     */
    record Burial(DocKey key, Tombstone tombstone) {}
}
