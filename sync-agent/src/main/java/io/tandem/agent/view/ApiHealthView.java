package io.tandem.agent.view;

/** Answer of {@code /api/health}. */
@Doc("The shortest answer to: is it well?")
public record ApiHealthView(
        @Doc("ok, degraded or unhealthy") String status, String version, long uptimeSeconds) {}
