package io.tandem.agent.alerts;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When an alert is raised and cleared. Immutable.
 *
 * @param name stable, in messages, metrics and the runbook
 * @param severity {@code warning} or {@code critical}
 * @param lasts how long it must be wrong before the alert is raised
 * @param quiet how long it must be right before the alert is cleared
 * @param degradesHealth whether health is degraded while it is raised; not where health is what it looks at
 * @param remedy what to do
 * @param look says what is wrong, or nothing
 */
record Rule(
        String name,
        String severity,
        Duration lasts,
        Duration quiet,
        boolean degradesHealth,
        String remedy,
        Look look) {

    /** Looks at a reading. */
    interface Look {
        /** @param raised whether the alert is raised now: then the threshold to clear it is lower */
        Optional<String> wrong(Reading reading, boolean raised);
    }

    private static final Duration NOW = Duration.ZERO;
    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final double PROCESS_MILLIS = 500;
    private static final double CONFLICTS_HOUR = 20;
    private static final double ERROR_PERCENT = 5;
    private static final double QUEUE = 100;
    private static final double CLOCK_MILLIS = 1_000;

    /** A value must fall by a fifth below its threshold before an alert is cleared, so that it does not flap. */
    private static final double HYSTERESIS = 0.8;

    /** The six rules of the guide, then ours. */
    static List<Rule> standard() {
        return List.of(
                new Rule(
                        "sync-unhealthy",
                        "critical",
                        Duration.ofMinutes(5),
                        QUIET,
                        false,
                        "Read the reasons, or run tandem doctor.",
                        Rule::unhealthy),
                new Rule(
                        "processing-time",
                        "critical",
                        Duration.ofMinutes(10),
                        QUIET,
                        true,
                        "Look at the load of both servers and at the network; lower ATLAS_CHANGE_STREAM_BATCH_SIZE if a server is small.",
                        (reading, raised) -> above(
                                slowest(reading),
                                PROCESS_MILLIS,
                                raised,
                                "A change takes %.0f ms on average; above %.0f ms is too slow.")),
                new Rule(
                        "conflict-rate",
                        "critical",
                        NOW,
                        QUIET,
                        true,
                        "See who edits the same documents (tandem conflicts), and check that the clocks are synchronised.",
                        (reading, raised) -> above(
                                (double) reading.metrics().conflictsLastHour(),
                                CONFLICTS_HOUR,
                                raised,
                                "%.0f conflicts within the last hour; more than %.0f is critical.")),
                new Rule(
                        "error-rate",
                        "critical",
                        NOW,
                        QUIET,
                        true,
                        "Look into the quarantine: it says why changes cannot be applied.",
                        (reading, raised) -> above(
                                reading.errorPercent(),
                                ERROR_PERCENT,
                                raised,
                                "%.1f %% of the changes of the last 10 minutes failed; more than %.0f %% is critical.")),
                new Rule(
                        "change-stream-disconnected",
                        "critical",
                        Duration.ofMinutes(5),
                        QUIET,
                        false,
                        "Check the network, the Atlas access list and MONGODB_ATLAS_URI.",
                        Rule::disconnected),
                new Rule(
                        "queue-size",
                        "critical",
                        Duration.ofMinutes(10),
                        QUIET,
                        true,
                        "See whether Atlas is reachable and fast enough; the queue empties by itself then.",
                        (reading, raised) -> above(
                                (double) reading.metrics().queueSize(),
                                QUEUE,
                                raised,
                                "%.0f changes wait; more than %.0f for ten minutes is too many.")),
                new Rule(
                        "reconnect-attempts",
                        "critical",
                        NOW,
                        QUIET,
                        false,
                        "Check the network and both servers. Attempts go on.",
                        Rule::attempts),
                new Rule(
                        "quarantine",
                        "warning",
                        NOW,
                        Duration.ofSeconds(10),
                        true,
                        "See why (tandem quarantine), correct the cause, then retry.",
                        (reading, raised) -> when(
                                reading.metrics().quarantined() > 0,
                                reading.metrics().quarantined() == 1
                                        ? "1 change cannot be applied and waits in quarantine."
                                        : reading.metrics().quarantined()
                                                + " changes cannot be applied and wait in quarantine.")),
                problem(
                        "delete-guard",
                        "critical",
                        "SYNC-401",
                        "Look at what would go, then approve or reject the deletes."),
                problem(
                        "identity-clash",
                        "critical",
                        "SYNC-403",
                        "Give each device its own INSTANCE_ID, or leave it empty."),
                problem(
                        "hub-changed",
                        "critical",
                        "SYNC-402",
                        "Correct MONGODB_ATLAS_URI, or accept the new hub on purpose."),
                problem(
                        "sync-loop",
                        "critical",
                        "SYNC-405",
                        "Look for another program that rewrites the document, then resume."),
                new Rule(
                        "clock-offset",
                        "warning",
                        Duration.ofSeconds(30),
                        QUIET,
                        true,
                        "Synchronise the clocks (NTP).",
                        Rule::clock));
    }

    private static Rule problem(String name, String severity, String code, String remedy) {
        return new Rule(
                name,
                severity,
                NOW,
                Duration.ofSeconds(10),
                true,
                remedy,
                (reading, raised) -> when(reading.hasProblem(code), reading.detailOf(code)));
    }

    private static Optional<String> unhealthy(Reading reading, boolean raised) {
        String first = reading.health().reasons().isEmpty()
                ? ""
                : " " + reading.health().reasons().get(0);
        return when(
                !reading.health().health().equals("healthy"),
                "Sync is " + reading.health().health() + "." + first);
    }

    private static Optional<String> disconnected(Reading reading, boolean raised) {
        String status = reading.health().changeStream().status();
        // Switched off, nothing is to arrive and the stream is closed on purpose.
        boolean wanted = reading.health().enabled() && reading.health().role().equals("active");
        return when(wanted && !status.equals("connected"), "The change stream of Atlas is " + status + ".");
    }

    private static Optional<String> attempts(Reading reading, boolean raised) {
        int atlas = reading.health().changeStream().reconnectAttempts();
        int local = reading.health().localFeed().reconnectAttempts();
        // The engine turns an unreachable side from a warning into an error after the same number of attempts.
        boolean givenUp = reading.hasError("SYNC-101") || reading.hasError("SYNC-102");
        boolean localSide = local > atlas || reading.hasError("SYNC-101");
        return when(
                givenUp || Math.max(atlas, local) >= reading.reconnectAttemptsMax(),
                (localSide ? "The local database" : "Atlas") + " could not be reached in at least "
                        + Math.max(reading.reconnectAttemptsMax(), Math.max(atlas, local))
                        + " attempts (CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS=" + reading.reconnectAttemptsMax() + ").");
    }

    private static Optional<String> clock(Reading reading, boolean raised) {
        double offset = reading.health().clockOffsetMs().map(Math::abs).orElse(0L);
        return above(
                offset,
                CLOCK_MILLIS,
                raised,
                "The device's clock differs from Atlas' by %.0f ms; more than %.0f ms is too much.");
    }

    private static double slowest(Reading reading) {
        return Math.max(
                reading.metrics().atlasToLocal().avgProcessTime(),
                reading.metrics().localToAtlas().avgProcessTime());
    }

    private static Optional<String> above(double value, double threshold, boolean raised, String words) {
        double limit = raised ? threshold * HYSTERESIS : threshold;
        return when(value > limit, String.format(java.util.Locale.ROOT, words, value, threshold));
    }

    private static Optional<String> when(boolean wrong, String words) {
        return wrong ? Optional.of(words) : Optional.empty();
    }
}
