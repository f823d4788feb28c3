package io.tandem.agent.http;

import io.tandem.agent.alerts.Alerts;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.metrics.History;
import io.tandem.agent.security.AuditLog;
import io.tandem.agent.service.SyncService;
import io.tandem.agent.view.BackupView;
import io.tandem.agent.view.StatusView;
import io.tandem.agent.view.VerifyView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Everything that the calls answer from.
 *
 * @param prometheus the current metrics in Prometheus' text form
 * @param startedAt when the process was ready to answer
 */
public record Sources(
        AgentConfig config,
        SyncService service,
        History history,
        Alerts alerts,
        AuditLog audit,
        EventHub events,
        Supplier<String> prometheus,
        String version,
        Clock clock,
        Instant startedAt) {

    long uptimeSeconds() {
        return Math.max(0, Duration.between(startedAt, clock.instant()).toSeconds());
    }

    /** Health, figures and alerts in one piece. */
    public StatusView status() {
        VerifyView verification = service.verification();
        BackupView backup = service.backups().view();
        SyncService.Reading reading = service.read();
        return new StatusView(
                version,
                uptimeSeconds(),
                reading.health(),
                reading.metrics(),
                alerts.view().active(),
                verification.state().equals("none") ? Optional.empty() : Optional.of(verification),
                backup.state().equals("none") ? Optional.empty() : Optional.of(backup));
    }
}
