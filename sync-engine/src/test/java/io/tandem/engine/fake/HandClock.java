package io.tandem.engine.fake;

import io.tandem.engine.time.Ticker;
import java.time.Duration;

/** Clocks that move only when they are told to. Thread-safe. */
public final class HandClock implements Ticker {
    private long millis = 1_700_000_000_000L; // guarded by this
    private long nanos = 5_000_000_000L; // guarded by this

    @Override
    public synchronized long millis() {
        return millis;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    /** Time passes on both clocks. */
    public synchronized void advance(Duration time) {
        millis += time.toMillis();
        nanos += time.toNanos();
    }

    /** Somebody sets the wall clock; the steady one does not notice. */
    public synchronized void setWallClock(long newMillis) {
        millis = newMillis;
    }
}
