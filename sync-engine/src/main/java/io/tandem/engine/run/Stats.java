package io.tandem.engine.run;

import io.tandem.engine.model.Side;
import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.time.Ticker;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what the engine does. Thread-safe. A direction is named by the side that it leads to. */
final class Stats {
    private static final int TIMES_KEPT = 1024;
    private static final int RATE_SECONDS = 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long HOUR_MILLIS = 3_600_000L;
    private static final int CONFLICT_TIMES_KEPT = 100_000;

    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong loops = new AtomicLong();
    final AtomicLong resyncs = new AtomicLong();

    private final Ticker ticker;
    private final Map<Side, Direction> directions = new EnumMap<>(Side.class);
    private final Map<String, Collection> collections = new TreeMap<>(); // guarded by this
    private final Deque<Long> conflictTimes = new ArrayDeque<>(); // guarded by this

    private static final class Direction {
        private long total;
        private long succeeded;
        private long failed;
        private long echoes;
        private final double[] millis = new double[TIMES_KEPT];
        private int times;
        private final long[] perSecond = new long[RATE_SECONDS + 1];
        private long second;
    }

    /** Counters of one collection. */
    static final class Collection {
        long pushed;
        long applied;
        long deleted;
        long conflicts;
        long failed;
        Optional<Instant> lastChangeAt = Optional.empty();
    }

    Stats(Ticker ticker) {
        this.ticker = ticker;
        for (Side side : Side.values()) {
            directions.put(side, new Direction());
        }
    }

    synchronized void settled(Side towards, boolean success, double millis) {
        Direction direction = of(towards);
        direction.total++;
        if (success) {
            direction.succeeded++;
        } else {
            direction.failed++;
        }
        direction.millis[direction.times++ % TIMES_KEPT] = millis;
        if (direction.times == 2 * TIMES_KEPT) {
            direction.times = TIMES_KEPT;
        }
        advance(direction);
        direction.perSecond[(int) (direction.second % direction.perSecond.length)]++;
    }

    /** An event on one side that reported a write of ours, which belongs to the direction that leads away from it. */
    synchronized void echo(Side seenOn) {
        of(seenOn.other()).echoes++;
    }

    synchronized void conflict(String collection) {
        conflicts.incrementAndGet();
        conflictTimes.addLast(ticker.millis());
        if (conflictTimes.size() > CONFLICT_TIMES_KEPT) {
            conflictTimes.removeFirst();
        }
        mutable(collection).conflicts++;
    }

    synchronized long conflictsLastHour() {
        long oldest = ticker.millis() - HOUR_MILLIS;
        while (!conflictTimes.isEmpty() && conflictTimes.getFirst() < oldest) {
            conflictTimes.removeFirst();
        }
        return conflictTimes.size();
    }

    synchronized void collection(String name, java.util.function.Consumer<Collection> change) {
        change.accept(mutable(name));
    }

    synchronized Set<String> collections() {
        return new TreeSet<>(collections.keySet());
    }

    synchronized Collection snapshot(String name) {
        Collection from = mutable(name);
        Collection copy = new Collection();
        copy.pushed = from.pushed;
        copy.applied = from.applied;
        copy.deleted = from.deleted;
        copy.conflicts = from.conflicts;
        copy.failed = from.failed;
        copy.lastChangeAt = from.lastChangeAt;
        return copy;
    }

    synchronized DirectionStats direction(Side towards, long lagMillis) {
        Direction direction = of(towards);
        advance(direction);
        int count = Math.min(direction.times, TIMES_KEPT);
        double[] sorted = Arrays.copyOf(direction.millis, count);
        Arrays.sort(sorted);
        double average = Arrays.stream(sorted).average().orElse(0);
        long recent = 0;
        for (long second = direction.second - RATE_SECONDS; second < direction.second; second++) {
            recent += second < 0 ? 0 : direction.perSecond[(int) (second % direction.perSecond.length)];
        }
        return new DirectionStats(
                direction.total,
                direction.succeeded,
                direction.failed,
                direction.echoes,
                average,
                percentile(sorted, 0.50),
                percentile(sorted, 0.95),
                percentile(sorted, 0.99),
                lagMillis,
                (double) recent / RATE_SECONDS);
    }

    private static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
    }

    private void advance(Direction direction) {
        long second = Math.floorDiv(ticker.nanos(), NANOS_PER_SECOND) & Long.MAX_VALUE;
        long missed = Math.min(second - direction.second, direction.perSecond.length);
        for (long i = 0; i < missed; i++) {
            direction.perSecond[(int) ((second - i) % direction.perSecond.length)] = 0;
        }
        direction.second = second;
    }

    private Collection mutable(String name) {
        return collections.computeIfAbsent(name, n -> new Collection());
    }

    private Direction of(Side towards) {
        Direction direction = directions.get(towards);
        if (direction == null) {
            throw new IllegalStateException("no counters towards " + towards);
        }
        return direction;
    }
}
