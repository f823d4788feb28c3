package io.tandem.agent.metrics;

import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.HistoryView;
import io.tandem.agent.view.MetricsView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of the last day in two bounded rings: 15 minutes in steps of 2 seconds, 24 hours in steps of 60. Any thread; about 300 kB.
 */
public final class History {
    private static final int FINE_MINUTES = 15;
    private static final int FINE_STEP = 2;
    private static final int COARSE_STEP = 60;
    private static final int COARSE_POINTS = 1_440;

    /** Guarded by this. */
    private final Ring fine = new Ring(FINE_STEP, FINE_MINUTES * 60 / FINE_STEP);

    /** Guarded by this. */
    private final Ring coarse = new Ring(COARSE_STEP, COARSE_POINTS);

    /** Guarded by this: totals at the last record, to tell what is new. */
    private long conflictsBefore = -1;

    /** Guarded by this. */
    private long failedBefore = -1;

    /** Adds what is known now; called about once a second. */
    public synchronized void record(HealthView health, MetricsView metrics, Instant at) {
        long failed = metrics.atlasToLocal().failed() + metrics.localToAtlas().failed();
        double[] values = new double[Column.values().length];
        direction(values, Column.IN_RATE, metrics.atlasToLocal());
        direction(values, Column.OUT_RATE, metrics.localToAtlas());
        values[Column.QUEUE.index()] = metrics.queueSize();
        values[Column.CONFLICTS.index()] = conflictsBefore < 0 ? 0 : Math.max(0, metrics.conflicts() - conflictsBefore);
        values[Column.ERRORS.index()] = failedBefore < 0 ? 0 : Math.max(0, failed - failedBefore);
        values[Column.HEALTH.index()] = level(health.health());
        conflictsBefore = metrics.conflicts();
        failedBefore = failed;
        fine.add(values, at.getEpochSecond());
        coarse.add(values, at.getEpochSecond());
    }

    private static void direction(double[] values, Column first, MetricsView.Direction direction) {
        values[first.index()] = direction.perSecond();
        values[first.index() + 1] = direction.lagMs();
        values[first.index() + 2] = direction.p50();
        values[first.index() + 3] = direction.p95();
        values[first.index() + 4] = direction.p99();
    }

    /** 0 unhealthy, 1 degraded, 2 healthy. */
    static double level(String health) {
        return health.equals("healthy") ? 2 : health.equals("degraded") ? 1 : 0;
    }

    /** The last minutes: fine steps up to 15, coarse ones beyond. */
    public synchronized HistoryView view(int minutes) {
        Ring ring = minutes <= FINE_MINUTES ? fine : coarse;
        List<Ring.Point> points = ring.last(minutes * 60 / ring.stepSeconds());
        return new HistoryView(
                ring.stepSeconds(),
                points.stream().map(Ring.Point::second).toList(),
                series(points, Column.IN_RATE),
                series(points, Column.OUT_RATE),
                column(points, Column.QUEUE.index()),
                column(points, Column.CONFLICTS.index()),
                column(points, Column.ERRORS.index()),
                column(points, Column.HEALTH.index()),
                Instant.ofEpochSecond(
                        points.isEmpty() ? 0 : points.get(points.size() - 1).second()));
    }

    private static HistoryView.Series series(List<Ring.Point> points, Column first) {
        int column = first.index();
        return new HistoryView.Series(
                column(points, column),
                column(points, column + 1),
                column(points, column + 2),
                column(points, column + 3),
                column(points, column + 4));
    }

    private static List<Double> column(List<Ring.Point> points, int column) {
        List<Double> values = new ArrayList<>(points.size());
        points.forEach(point -> values.add(point.values()[column]));
        return values;
    }

    /** The columns, and how the values of one step become one. */
    enum Column {
        IN_RATE(0, Fold.AVERAGE),
        IN_LAG(1, Fold.MAX),
        IN_P50(2, Fold.MAX),
        IN_P95(3, Fold.MAX),
        IN_P99(4, Fold.MAX),
        OUT_RATE(5, Fold.AVERAGE),
        OUT_LAG(6, Fold.MAX),
        OUT_P50(7, Fold.MAX),
        OUT_P95(8, Fold.MAX),
        OUT_P99(9, Fold.MAX),
        QUEUE(10, Fold.MAX),
        CONFLICTS(11, Fold.SUM),
        ERRORS(12, Fold.SUM),
        HEALTH(13, Fold.MIN);

        private final int index;
        private final Fold fold;

        Column(int index, Fold fold) {
            this.index = index;
            this.fold = fold;
        }

        int index() {
            return index;
        }

        double fold(double before, double now, int count) {
            return switch (fold) {
                case AVERAGE -> before + (now - before) / count;
                case MAX -> Math.max(before, now);
                case MIN -> Math.min(before, now);
                case SUM -> before + now;
            };
        }
    }

    private enum Fold {
        AVERAGE,
        MAX,
        MIN,
        SUM
    }
}
