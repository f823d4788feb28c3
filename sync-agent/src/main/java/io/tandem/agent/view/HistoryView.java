package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;

/** Figures over time for charts, as columns of equal length. */
@Doc("Figures over time for charts: columns of equal length, oldest first; null where nothing is known")
public record HistoryView(
        @Doc("Seconds between two points") int stepSeconds,
        @Doc("Unix seconds") List<Long> time,
        Series atlasToLocal,
        Series localToAtlas,
        List<Double> queueSize,
        @Doc("Conflicts within the step") List<Double> conflicts,
        @Doc("Failed changes within the step") List<Double> errors,

        @Doc("0 unhealthy, 1 degraded, 2 healthy: the worst within the step")
        List<Double> health,

        Instant at) {

    /** One direction's columns. */
    @Doc("One direction's columns")
    public record Series(
            List<Double> perSecond, List<Double> lagMs, List<Double> p50, List<Double> p95, List<Double> p99) {}
}
