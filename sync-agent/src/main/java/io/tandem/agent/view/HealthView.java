package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answer of {@code /api/sync/bidirectional/health}: how syncing is doing, with reasons in words. */
@Doc("How syncing is doing, with the reasons in words")
public record HealthView(
        @Doc("Whether changes travel from Atlas to this device")
        boolean enabled,

        @Doc(value = "Present only while disabled", optional = true) @Nullable
        String message,

        @Doc("healthy, degraded or unhealthy") String health,

        @Doc("Why it is not healthy, each with what to do; empty when healthy")
        List<String> reasons,

        @Doc("The device's name; empty until the local database could be read")
        String instanceId,

        @Doc("The hub's change feed") Feed changeStream,
        @Doc("The device's change feed") Feed localFeed,
        @Doc("The worker that brings documents into step") SyncWorker syncWorker,

        @Doc("Collections that are never changed from Atlas")
        List<String> excludedCollections,

        @Doc("Collections that stand still") List<String> pausedCollections,

        @Doc("Device clock minus hub clock in milliseconds; null while unknown")
        Optional<Long> clockOffsetMs,

        @Doc("active, or standby while another agent of this device works")
        String role,

        @Doc("What is wrong now, worst first") List<ProblemView> problems,

        @Doc("The heartbeat document that makes the round trip through the hub")
        CanaryView canary,

        @Doc("Seconds of history left on each side before the saved position is lost")
        Map<String, Long> oplogWindowLeftSeconds,

        @Doc("The running first sync or resync; null when none runs")
        Optional<ProgressView> resync,

        @Doc("When syncing started") Instant startedAt,
        @Doc("When this was seen") Instant at) {

    /** One side's change feed. */
    @Doc("One side's change feed")
    public record Feed(
            @Doc("connected, connecting, reconnecting or disconnected")
            String status,

            @Doc("change-stream or polling") String kind,
            @Doc("When the last event arrived") Optional<Instant> lastEventAt,
            @Doc("Failed attempts since it was last open") int reconnectAttempts,
            @Doc("When its position was last saved") Optional<Instant> resumeTokenSavedAt) {}

    /** The worker. */
    @Doc("The worker that brings documents into step")
    public record SyncWorker(
            @Doc("Whether it runs") boolean running,
            @Doc("Changes not yet settled") long queueSize) {}

    /** One problem with its remedy. */
    @Doc("Something that is wrong now")
    public record ProblemView(
            @Doc("Stable name, for example SYNC-401") String code,
            @Doc("notice, warning or error") String severity,
            @Doc("A collection, a side, or the device") String subject,
            @Doc("What was seen") String detail,
            @Doc("What to do") String remedy,
            @Doc("When it was first seen") Instant since) {}

    /** The heartbeat's state. */
    @Doc("The heartbeat document that makes the round trip through the hub")
    public record CanaryView(
            @Doc("unknown, flowing, slow or blind") String state,
            @Doc("When it last came back") Optional<Instant> lastRoundTripAt,
            @Doc("How long it took then, in milliseconds") Optional<Long> lastRoundTripMs) {}
}
