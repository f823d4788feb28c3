package io.tandem.agent.view;

import java.util.List;
import java.util.Optional;

/** Everything that changes from second to second, in one piece. */
@Doc("Health, figures and alerts in one piece; the event status carries the same")
public record StatusView(
        @Doc("Version of Tandem") String version,
        long uptimeSeconds,
        HealthView health,
        MetricsView metrics,
        List<AlertView> alerts,

        @Doc("The running or last verification; null when there was none")
        Optional<VerifyView> verification,

        @Doc("The running or last backup made by this agent; null when there was none")
        Optional<BackupView> backup) {}
