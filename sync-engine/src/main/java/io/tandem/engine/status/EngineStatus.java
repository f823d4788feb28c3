package io.tandem.engine.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an engine is doing at one moment. Immutable.
 *
 * @param at when it was taken, agent's clock
 * @param startedAt when the engine was started, agent's clock
 * @param bidirectionalEnabled whether hub changes are applied locally
 * @param instanceId the device's name; empty until it could be read from the local database
 * @param role whether this agent works or stands by
 * @param condition the overall judgement, with its reasons in {@code problems}
 * @param problems what is wrong now, worst first
 * @param atlasFeed the hub's change feed
 * @param localFeed the device's change feed
 * @param workerRunning whether keys are being reconciled
 * @param queueSize changes not yet settled: dirty marks plus what is in flight
 * @param clockOffset device clock minus hub clock, both as seen from here
 * @param atlasToLocal counters of one direction
 * @param localToAtlas counters of the other
 * @param conflicts conflicts resolved since the start
 * @param conflictsLastHour conflicts resolved within the last hour
 * @param retries keys tried again since the start
 * @param quarantined keys in quarantine now
 * @param loopsDetected loops found since the start
 * @param resyncs resyncs finished since the start
 * @param collections one entry for each collection known on either side, by name
 * @param resync progress of the running resync
 * @param canary the last round trip of the heartbeat document
 * @param oplogWindowLeft for each side that tells, how much history is left before the saved position is lost
 */
public record EngineStatus(
        Instant at,
        Instant startedAt,
        boolean bidirectionalEnabled,
        String instanceId,
        Role role,
        Condition condition,
        List<Problem> problems,
        FeedStatus atlasFeed,
        FeedStatus localFeed,
        boolean workerRunning,
        long queueSize,
        Optional<Duration> clockOffset,
        DirectionStats atlasToLocal,
        DirectionStats localToAtlas,
        long conflicts,
        long conflictsLastHour,
        long retries,
        long quarantined,
        long loopsDetected,
        long resyncs,
        List<CollectionStatus> collections,
        Optional<ResyncProgress> resync,
        Canary canary,
        Map<String, Duration> oplogWindowLeft) {

    public EngineStatus {
        problems = List.copyOf(problems);
        collections = List.copyOf(collections);
        oplogWindowLeft = Map.copyOf(oplogWindowLeft);
    }

    /** Whether this agent holds the device's lease. */
    public enum Role {
        ACTIVE,
        STANDBY
    }

    /** The overall judgement. */
    public enum Condition {
        HEALTHY,
        DEGRADED,
        UNHEALTHY
    }

    /**
     * The heartbeat document that makes the round trip through the hub when nothing else does.
     *
     * @param lastRoundTripAt when it last came back; empty before the first
     * @param lastRoundTrip how long it took then
     * @param state whether changes flow
     */
    public record Canary(Optional<Instant> lastRoundTripAt, Optional<Duration> lastRoundTrip, Flow state) {}

    /** Whether changes come back from the hub. */
    public enum Flow {
        /** Not known yet. */
        UNKNOWN,
        /** In time. */
        FLOWING,
        /** Late but moving. */
        SLOW,
        /** Nothing comes back. */
        BLIND
    }
}
