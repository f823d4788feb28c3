package io.tandem.engine.scan;

import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Counts how far a verification is and tells it once a second. Any thread. */
final class VerifyProgress {
    private static final long TELL_NANOS = 1_000_000_000L;

    private final Consumer<ResyncProgress> told;
    private final long total;
    private final Ticker ticker;
    private final long startedNanos;
    private final Instant startedAt;
    private long compared; // guarded by this, as all below
    private long differing;
    private long toldNanos;

    VerifyProgress(Consumer<ResyncProgress> told, long total, Ticker ticker) {
        this.told = told;
        this.total = total;
        this.ticker = ticker;
        this.startedNanos = ticker.nanos();
        this.startedAt = Instant.ofEpochMilli(ticker.millis());
        this.toldNanos = startedNanos;
    }

    synchronized void differs() {
        differing++;
    }

    synchronized void compared(String collection) {
        compared++;
        long now = ticker.nanos();
        if (now - toldNanos < TELL_NANOS) {
            return;
        }
        toldNanos = now;
        double rate = compared / Math.max(0.001, (now - startedNanos) / 1e9);
        Optional<Duration> left = rate > 0
                ? Optional.of(Duration.ofMillis((long) (1000 * Math.max(0, total - compared) / rate)))
                : Optional.empty();
        told.accept(new ResyncProgress(
                "verify", collection, compared, Math.max(total, compared), differing, rate, left, startedAt));
    }
}
