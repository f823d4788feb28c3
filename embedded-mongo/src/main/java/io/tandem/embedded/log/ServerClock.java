package io.tandem.embedded.log;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server's wall clock, which tests can shift, and its logical clock, which never goes back: seconds in the upper half of a long,
 * a counter in the lower. Any thread.
 */
public final class ServerClock {
    private final AtomicLong last = new AtomicLong();
    private volatile Duration offset = Duration.ZERO;

    /** Shifts the wall clock; the logical clock follows but stays monotonic. */
    public void setOffset(Duration newOffset) {
        offset = newOffset;
    }

    public Instant now() {
        return Instant.now().plus(offset).truncatedTo(ChronoUnit.MILLIS);
    }

    /** A new time, later than every earlier one. */
    public long tick() {
        long wall = now().getEpochSecond() << 32 | 1;
        return last.updateAndGet(previous -> Math.max(previous + 1, wall));
    }

    /** A new time at least a second later than every earlier one, and than the wall clock. */
    public long jump() {
        long wall = now().getEpochSecond();
        return last.updateAndGet(previous -> (Math.max(previous >>> 32, wall) + 1) << 32);
    }

    /** The latest time given out. */
    public long latest() {
        long time = last.get();
        return time == 0 ? tick() : time;
    }

    /** Makes sure that later times are after this one, for times read back from disk. */
    public void atLeast(long time) {
        last.accumulateAndGet(time, Math::max);
    }

    public static BsonTimestamp timestamp(long time) {
        return new BsonTimestamp(time);
    }
}
