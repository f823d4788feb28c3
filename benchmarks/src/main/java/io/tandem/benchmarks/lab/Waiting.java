package io.tandem.benchmarks.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. Stateless. */
public final class Waiting {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final long LOOK_NANOS = 3_000_000;

    private Waiting() {}

    /**
     * Waits until something is so.
     *
     * @param what for the message
     * @throws IllegalStateException when it is not so after half an hour
     */
    public static void until(String what, BooleanSupplier isSo) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited " + LONGEST.toMinutes() + " minutes until " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Waits for a thread's end. */
    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + thread.getName(), e);
        }
    }
}
