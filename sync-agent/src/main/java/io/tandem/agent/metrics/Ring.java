package io.tandem.agent.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last points of several columns over time, one point a step. One thread at a time. */
final class Ring {
    private final int stepSeconds;
    private final int pointsMax;
    private final Deque<Point> points = new ArrayDeque<>();
    private int countInLast;

    /**
     * One step.
     *
     * @param second the Unix second at which it begins
     * @param values one for each {@link History.Column}
     */
    @SuppressWarnings("ArrayRecordComponent") // folded in place, never compared
    record Point(long second, double[] values) {}

    Ring(int stepSeconds, int pointsMax) {
        this.stepSeconds = stepSeconds;
        this.pointsMax = pointsMax;
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** Folds values into the step they belong to. A clock that goes back adds to the newest step. */
    void add(double[] values, long second) {
        long begin = second - Math.floorMod(second, stepSeconds);
        Point last = points.peekLast();
        if (last != null && begin <= last.second()) {
            countInLast++;
            for (History.Column column : History.Column.values()) {
                int i = column.index();
                last.values()[i] = column.fold(last.values()[i], values[i], countInLast);
            }
            return;
        }
        countInLast = 1;
        points.addLast(new Point(begin, values.clone()));
        if (points.size() > pointsMax) {
            points.removeFirst();
        }
    }

    /** The newest points, oldest first. */
    List<Point> last(int count) {
        List<Point> all = new ArrayList<>(points);
        return all.subList(Math.max(0, all.size() - count), all.size());
    }
}
