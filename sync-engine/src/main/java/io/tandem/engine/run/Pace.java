package io.tandem.engine.run;

import java.util.concurrent.TimeUnit;

/**
 * How soon one batch of keys may follow another that is still being worked on. Thread-safe.
 *
 * <p>A batch costs nearly the same number of questions whether it has one key or a hundred. Workers that begin whenever a key comes in
 * would take single keys as long as one of them is free, and then all be busy with them while the next ones wait. So the workers begin
 * one after the other, evenly spread over the time that a batch takes: a key waits no longer than that for the next worker, and those
 * that come in meanwhile go with it. A key that comes in when nothing has begun lately, and a full batch, wait for nothing.
 */
final class Pace {
    /** Even where servers answer at once, keys that come in within so short a time go together. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** What one batch counts in the average of those before it. */
    private static final double WEIGHT = 0.1;

    private final int workers;
    private double usualNanos; // guarded by this

    /** A pace for so many workers. */
    Pace(int workers) {
        this.workers = workers;
    }

    /** A batch was worked on for so long. */
    synchronized void took(long nanos) {
        usualNanos += WEIGHT * (nanos - usualNanos);
    }

    /** How much later than one batch the next one may begin, unless it is full. */
    synchronized long spacingNanos() {
        return Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, (long) (usualNanos / workers)));
    }
}
