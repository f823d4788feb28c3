package io.tandem.simulation.world;

import java.util.function.LongSupplier;

/** A clock that is wrong: off by something, and running too fast or too slow. */
record Clock(LongSupplier micros, long offsetMillis, double driftPerMillion) {
    private static final long EPOCH = 1_750_000_000_000L;

    long millis() {
        long elapsed = micros.getAsLong();
        return EPOCH + offsetMillis + Math.round(elapsed * (1 + driftPerMillion / 1e6)) / 1000;
    }

    long nanos() {
        return micros.getAsLong() * 1000;
    }
}
