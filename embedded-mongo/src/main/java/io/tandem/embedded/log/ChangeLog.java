package io.tandem.embedded.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes in order, bounded by number and bytes. Any thread; appended to only by the holder of the write gate, read by
 * any number of change streams, each of which touches only what is new to it.
 */
public final class ChangeLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final ServerClock clock;
    private final int maxEntries;
    private final long maxBytes;

    // all guarded by lock
    private LogEntry[] ring = new LogEntry[1024];
    private long first;
    private long next;
    private long bytes;
    private long floor;
    private long lost;
    private boolean trimmed;
    private long entriesRead;
    /** Whether there are entries that waiting readers have not been told about. Written with the lock held. */
    private volatile boolean news;

    public ChangeLog(ServerClock clock, int maxEntries, long maxBytes) {
        this.clock = clock;
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.floor = clock.tick();
    }

    /** What a reader got: entries and the place after them; `lost` when its place has fallen off. */
    public record Batch(List<LogEntry> entries, long next, boolean lost) {}

    /**
     * Gives the changes their time and makes them visible together; who waits for them is told by {@link #announce}. Returns them as they
     * are in the log.
     *
     * @param beforeVisible told about the changes before any reader can see them, to write them to disk
     */
    public List<LogEntry> append(List<LogEntry> changes, boolean transaction, Consumer<List<LogEntry>> beforeVisible) {
        lock.lock();
        try {
            List<LogEntry> placed = new ArrayList<>(changes.size());
            long wall = clock.now().toEpochMilli();
            long shared = transaction ? clock.tick() : 0;
            for (int i = 0; i < changes.size(); i++) {
                LogEntry entry = changes.get(i).at(transaction ? shared : clock.tick(), transaction ? i : 0, wall);
                placed.add(entry);
            }
            beforeVisible.accept(placed);
            placed.forEach(this::add);
            trim(maxEntries, maxBytes);
            news = true;
            return placed;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the readers that wait for what has been appended: once for many changes, so that they are read together. */
    public void announce() {
        if (news) {
            wake();
        }
    }

    /** Makes sure that later times are after this one, which an earlier process gave out. */
    public void restoreClock(long time) {
        clock.atLeast(time);
    }

    /** Leaves all times behind that an earlier process can have given out; returns the time from which this one goes on. */
    public long leaveEarlierTimes() {
        return clock.jump();
    }

    /** The latest time given out. */
    public long latestTime() {
        return clock.latest();
    }

    /** Puts an entry back that was read from disk. */
    public void restore(LogEntry entry) {
        lock.lock();
        try {
            clock.atLeast(entry.time());
            add(entry);
            trim(maxEntries, maxBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Whether entries have fallen off, ever. */
    public boolean isTrimmed() {
        lock.lock();
        try {
            return trimmed;
        } finally {
            lock.unlock();
        }
    }

    /** Sets the oldest time that can still be resumed from, as read from disk. */
    public void restoreFloor(long time, boolean wasTrimmed) {
        lock.lock();
        try {
            floor = time;
            trimmed = wasTrimmed;
            clock.atLeast(time);
        } finally {
            lock.unlock();
        }
    }

    private void add(LogEntry entry) {
        if (next - first == ring.length) {
            LogEntry[] bigger = new LogEntry[ring.length * 2];
            for (long i = first; i < next; i++) {
                bigger[(int) (i % bigger.length)] = get(i);
            }
            ring = bigger;
        }
        ring[(int) (next++ % ring.length)] = entry;
        bytes += entry.weight();
    }

    private LogEntry get(long position) {
        return ring[(int) (position % ring.length)];
    }

    @SuppressWarnings("NullAway") // a free slot of the ring is null and never read
    private void trim(long entries, long limitBytes) {
        while (next - first > entries || (bytes > limitBytes && next - first > 1)) {
            LogEntry oldest = get(first);
            bytes -= oldest.weight();
            floor = Math.max(floor, oldest.time() + 1);
            ring[(int) (first++ % ring.length)] = null;
            lost++;
            trimmed = true;
        }
    }

    /** Forgets all but the newest entries, as if the log had overflowed. */
    public void shrink(int keepEntries) {
        lock.lock();
        try {
            trim(keepEntries, Long.MAX_VALUE);
            if (next == first) {
                floor = clock.tick();
                trimmed = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The oldest time from which nothing is missing. */
    public long floor() {
        lock.lock();
        try {
            return floor;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing at or after the time is missing; a log that never lost anything covers all times. */
    public boolean covers(long time) {
        lock.lock();
        try {
            return !trimmed || time >= floor;
        } finally {
            lock.unlock();
        }
    }

    /** Entries that have fallen off so far. */
    public long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** The position of the first entry at or after a time and index. */
    public long position(long time, int index) {
        lock.lock();
        try {
            long low = first;
            long high = next;
            while (low < high) {
                long middle = (low + high) >>> 1;
                LogEntry entry = get(middle);
                boolean before = entry.time() < time || (entry.time() == time && entry.index() < index);
                if (before) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        } finally {
            lock.unlock();
        }
    }

    /** The entry at a position, or null when there is none. */
    public @Nullable LogEntry at(long position) {
        lock.lock();
        try {
            return position >= first && position < next ? get(position) : null;
        } finally {
            lock.unlock();
        }
    }

    /** A place in time after every change so far, and the position that belongs to it. */
    public record Mark(long time, long position) {}

    /** A fresh time at the end of the log: whatever is written from now on is later. */
    public Mark mark() {
        lock.lock();
        try {
            return new Mark(clock.tick(), next);
        } finally {
            lock.unlock();
        }
    }

    /** A fresh time if the reader has seen everything, else null. */
    public @Nullable Long markIfAt(long position) {
        lock.lock();
        try {
            return position == next ? clock.tick() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Reads entries from a position on; does not wait. */
    public Batch read(long position, int max) {
        lock.lock();
        try {
            if (position < first) {
                return new Batch(List.of(), position, true);
            }
            int count = (int) Math.min(max, next - position);
            List<LogEntry> entries = new ArrayList<>(count);
            for (long i = position; i < position + count; i++) {
                entries.add(get(i));
            }
            entriesRead += count;
            return new Batch(entries, position + count, false);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is an entry at the position, the deadline, or a wake-up. Returns whether there may be something new. */
    public boolean await(long position, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            while (position >= next) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                appended.await(left, TimeUnit.NANOSECONDS);
                if (position >= next) {
                    return true;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes every waiting reader look again, for killed cursors and closed connections. */
    public void wake() {
        lock.lock();
        try {
            news = false;
            appended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public long size() {
        lock.lock();
        try {
            return next - first;
        } finally {
            lock.unlock();
        }
    }

    /** How many entries readers have been handed in total; the proof that reading costs only what is new. */
    public long entriesRead() {
        lock.lock();
        try {
            return entriesRead;
        } finally {
            lock.unlock();
        }
    }

    /** First and last entry for a look at the window; null when the log is empty. */
    public @Nullable LogEntry end(boolean newest) {
        lock.lock();
        try {
            if (first == next) {
                return null;
            }
            return get(newest ? next - 1 : first);
        } finally {
            lock.unlock();
        }
    }

    /** All entries, for a snapshot on disk. Called by the holder of the write gate. */
    public List<LogEntry> all() {
        return read(firstPosition(), Integer.MAX_VALUE).entries();
    }

    public long firstPosition() {
        lock.lock();
        try {
            return first;
        } finally {
            lock.unlock();
        }
    }
}
