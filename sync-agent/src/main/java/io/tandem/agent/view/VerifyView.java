package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonValue;

/** A verification of both sides by content: running, done, cancelled or failed. */
@Doc("A comparison of both sides by content")
public record VerifyView(
        @Doc("none, running, done, cancelled or failed") String state,
        @Doc("Whether differences are handed to the engine") boolean repair,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        @Doc("While it runs") Optional<ProgressView> progress,

        @Doc("Whether everything that is synced both ways is equal; null until done")
        Optional<Boolean> consistent,

        @Doc("One entry for each collection; empty until done")
        List<CollectionResult> collections,

        @Doc("Why it failed; null when it did not") Optional<String> error) {

    /** One collection's result. */
    @Doc("One collection's result")
    public record CollectionResult(
            String name,
            @Doc("Documents on this device") long local,
            @Doc("Documents in the hub") long atlas,
            long equal,
            long different,
            @Doc("Only in the hub") long missingLocal,
            @Doc("Only on this device") long missingAtlas,
            @Doc("Differences that are changes under way") long pending,

            @Doc("Equal, but the last agreed state says otherwise")
            long staleBase,

            @Doc("Some differing documents") List<Difference> samples) {}

    /** One differing document. */
    @Doc("One differing document")
    public record Difference(
            BsonValue id,

            @Doc("different, missing-local or missing-atlas")
            String kind) {}
}
