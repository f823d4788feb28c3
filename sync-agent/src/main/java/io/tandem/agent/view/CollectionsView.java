package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Every collection known on either side. */
@Doc("Every collection known on either side, by name")
public record CollectionsView(List<Item> items) {

    /** One collection. */
    @Doc("One collection")
    public record Item(
            String name,
            @Doc("both, push-only, observe or paused") String mode,
            @Doc("Why it is in that mode, in words") String reason,

            @Doc("Documents on this device, estimated; null when not known")
            Optional<Long> localDocuments,

            @Doc("Documents in the hub, estimated; null when not known")
            Optional<Long> atlasDocuments,

            @Doc("Differences found by the last verification, changes on the way included; null when never verified")
            Optional<Long> differences,

            @Doc("Deletes that wait for a person; null when none")
            Optional<HeldDeletes> heldDeletes,

            long pushed,
            long applied,
            long deleted,
            long conflicts,
            long failed,
            @Doc("What observe mode would have done") Observed observed,
            Optional<Instant> lastChangeAt) {}

    /** Deletes that the guard holds back. */
    @Doc("Deletes that the guard holds back")
    public record HeldDeletes(
            @Doc("The side that would lose documents: local or atlas")
            String towards,

            @Doc("Documents the collection had") long before,
            @Doc("Documents that would go") long missing,
            String reason,
            Instant since) {}

    /** What observe mode would have done. */
    @Doc("What observe mode would have done since it was entered")
    public record Observed(long pushes, long applies, long deletes, long conflicts) {}
}
