package io.tandem.engine.status;

import io.tandem.engine.model.CollectionMode;
import java.time.Instant;
import java.util.Optional;

/**
 * One collection as an operator sees it.
 *
 * @param name its name, the same on both sides
 * @param mode the mode in force
 * @param reason why it is in that mode, in words: excluded, paused by hand, held by the delete guard, ...
 * @param heldDeletes what the delete guard holds back, when it does
 * @param pushed changes sent to the hub since the start
 * @param applied changes applied locally since the start
 * @param deleted deletes carried out on either side since the start
 * @param conflicts conflicts resolved since the start
 * @param failed changes quarantined since the start
 * @param observed what observe mode would have done since it was entered
 * @param lastChangeAt when a change was last settled, agent's clock
 */
public record CollectionStatus(
        String name,
        CollectionMode mode,
        String reason,
        Optional<HeldDeletes> heldDeletes,
        long pushed,
        long applied,
        long deleted,
        long conflicts,
        long failed,
        Observed observed,
        Optional<Instant> lastChangeAt) {

    /**
     * Deletes that wait for a person.
     *
     * @param towards the side on which documents would be deleted: {@code local} or {@code atlas}
     * @param before documents the collection had
     * @param missing documents that would be deleted, as far as known
     * @param reason what tripped the guard
     * @param since when, agent's clock
     */
    public record HeldDeletes(String towards, long before, long missing, String reason, Instant since) {}

    /** Counts of what observe mode would have done. */
    public record Observed(long pushes, long applies, long deletes, long conflicts) {
        public static final Observed NONE = new Observed(0, 0, 0, 0);
    }
}
