package io.tandem.agent.view;

/** Answer of {@code /livez} and {@code /readyz}. */
@Doc("Whether the process lives, or is ready")
public record ProbeView(
        @Doc("ok or not ready") String status,
        @Doc("Why it is not ready; empty when it is") String reason) {}
