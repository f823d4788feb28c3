package io.tandem.agent.view;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Answer of {@code /api/sync/bidirectional/metrics}. */
@Doc("Counters since the start and moving figures over the last minutes")
public record MetricsView(
        @Doc("From the hub to this device") Direction atlasToLocal,
        @Doc("From this device to the hub") Direction localToAtlas,
        @Doc("Changes not yet settled") long queueSize,
        @Doc("Conflicts resolved") long conflicts,
        @Doc("Conflicts resolved within the last hour") long conflictsLastHour,
        @Doc("Documents tried again") long retries,
        @Doc("Documents in quarantine now") long quarantined,
        @Doc("Sync loops found") long loopsDetected,
        @Doc("Resyncs finished") long resyncs,
        @Doc("Per collection") Map<String, CollectionCounters> byCollection,
        @Doc("When this was seen") Instant at) {

    /** One direction. Times are milliseconds. */
    @Doc("One direction; times are milliseconds")
    public record Direction(
            @Doc("Changes settled, whatever the outcome") long totalProcessed,

            @Doc("Changes written, or found to be there already")
            long succeeded,

            @Doc("Changes that went to quarantine") long failed,
            @Doc("Events that only reported our own writes") long skippedEchoes,
            @Doc("Moving average per change") double avgProcessTime,
            double p50,
            double p95,
            double p99,

            @Doc("Age of the oldest change not yet settled; 0 when none")
            long lagMs,

            @Doc("Changes settled per second over the last ten seconds")
            double perSecond) {}

    /** One collection's counters since the start. */
    @Doc("One collection's counters since the start")
    public record CollectionCounters(
            @Doc("Sent to the hub") long pushed,
            @Doc("Applied on this device") long applied,
            @Doc("Deletes on either side") long deleted,
            long conflicts,
            @Doc("Quarantined") long failed,
            Optional<Instant> lastChangeAt) {}
}
