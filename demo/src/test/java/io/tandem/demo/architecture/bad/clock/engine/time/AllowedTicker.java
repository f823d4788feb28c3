package io.tandem.demo.architecture.bad.clock.engine.time;

/** The one place that may read the system clock. */
public final class AllowedTicker {

    long now() {
        return System.nanoTime();
    }
}
