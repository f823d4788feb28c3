package io.tandem.engine.run;

import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again: the pause doubles with every failure up to {@link #LONGEST}, and is shortened or lengthened by up to a
 * quarter by chance, so that a fleet does not come back all at once. Never gives up. Thread-safe.
 */
final class Backoff {
    static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int DOUBLINGS_MAX = 16;

    private final Duration first;
    private final Ticker ticker;
    private final RandomGenerator random;
    private int failures; // guarded by this
    private long notBeforeNanos; // guarded by this

    Backoff(Duration first, Ticker ticker, RandomGenerator random) {
        this.first = first;
        this.ticker = ticker;
        this.random = random;
        this.notBeforeNanos = ticker.nanos();
    }

    synchronized boolean isDue() {
        return ticker.nanos() - notBeforeNanos >= 0;
    }

    synchronized void failed() {
        long longest = Math.max(LONGEST.toNanos(), first.toNanos());
        long pause = Math.min(longest, first.toNanos() << Math.min(failures, DOUBLINGS_MAX));
        pause = pause <= 0 ? longest : pause;
        failures++;
        notBeforeNanos = ticker.nanos() + (long) (pause * (0.75 + 0.5 * random.nextDouble()));
    }

    synchronized void succeeded() {
        failures = 0;
        notBeforeNanos = ticker.nanos();
    }

    synchronized int failures() {
        return failures;
    }
}
