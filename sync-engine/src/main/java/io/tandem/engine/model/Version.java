package io.tandem.engine.model;

import java.time.Instant;
import java.util.Objects;

/**
 * The version of one state of a document: a hybrid logical time in the hub's time base, and who wrote it. Totally ordered,
 * by time and then by origin.
 *
 * <p>The upper 48 bits of {@link #time()} are milliseconds since the epoch, the lower 16 a counter, after Kulkarni and
 * others, "Logical Physical Clocks" (2014), section 6. Counting past 65,535 carries into the milliseconds, which keeps the
 * order.
 *
 * @param time hybrid logical time, not negative; zero is older than everything
 * @param origin the device that wrote the state, or {@link #ATLAS} for an edit made on the hub directly
 */
public record Version(long time, String origin) implements Comparable<Version> {
    /** Origin of edits made on the hub by hand or by other programs. */
    public static final String ATLAS = "atlas";
    /** Older than every version that exists; the version of a state that nobody ever wrote. */
    public static final Version NONE = new Version(0, "");

    private static final int COUNTER_BITS = 16;

    /** The year 2200; what claims to be later is damaged or forged, and would win every conflict for ever. */
    static final long LATEST = 7_258_118_400_000L << COUNTER_BITS;

    public Version {
        Objects.requireNonNull(origin);
        if (time < 0) {
            throw new IllegalArgumentException("version time " + time + " is negative");
        }
    }

    /** The hybrid logical time of a moment, counter zero. */
    public static long timeAt(long epochMillis) {
        return Math.max(0, epochMillis) << COUNTER_BITS;
    }

    /** The milliseconds since the epoch that a hybrid logical time says. */
    public static long millisOf(long time) {
        return time >>> COUNTER_BITS;
    }

    /** When the state was written, to the millisecond. */
    public Instant instant() {
        return Instant.ofEpochMilli(millisOf(time));
    }

    public boolean isAfter(Version other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Version other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : origin.compareTo(other.origin);
    }
}
