package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;

/** Answer of {@code /monitoring/dashboard}. */
@Doc("The few figures of a monitoring page")
public record MonitoringView(
        Instant timestamp,
        @Doc("healthy, degraded or unhealthy") String health,

        @Doc("Moving average of milliseconds per change from Atlas to this device")
        double syncLag,

        @Doc("Conflicts within the last hour") long conflictRate,

        @Doc("Failed changes from Atlas in percent of all; 0 when there were none")
        double errorRate,

        @Doc("Changes not yet settled") long queueSize,
        @Doc("Alerts raised now") List<AlertView> alerts) {}
