package io.tandem.engine.scan;

import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.Ticket;
import io.tandem.engine.guard.DeleteGuard;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;

/**
 * The comparison of one collection, in one or more ranges. Keys that look deleted are kept back until the whole collection has
 * been read, so that the delete guard sees all of them before any is carried out; only beyond {@link #KEPT_BACK_MAX} of them
 * does it judge by what was seen so far. Thread-safe.
 */
final class CollectionScan {
    private static final int KEPT_BACK_MAX = 20_000;

    private final String name;
    private final boolean readsHub;
    private final DirtyKeys queue;
    private final DeleteGuard guard;
    private final long agreedBefore;
    private final Map<Side, Boolean> emptySide;
    private final BiPredicate<DocKey, ContentHash> leftAlone;
    private final List<RangeScan> ranges = new ArrayList<>();
    private final Deque<RangeScan> idle = new ArrayDeque<>(); // guarded by this
    private final AtomicLong compared;
    private final AtomicLong differing;
    private final List<KeptBack> keptBack = new ArrayList<>(); // guarded by this
    private final Map<Side, Long> missing = new EnumMap<>(Side.class); // guarded by this
    private Optional<Held> held = Optional.empty(); // guarded by this
    private boolean released; // guarded by this

    private record KeptBack(DocKey key, Ticket ticket) {}

    /**
     * @param agreedBefore documents that both sides had agreed on
     * @param leftAlone whether a key is passed over although it differs, while the device holds a content
     * @param emptySide whether a side has no document, or not even the collection, although there should be some
     */
    CollectionScan(
            String name,
            boolean readsHub,
            List<Range> toCompare,
            KeyScanner scanner,
            DirtyKeys queue,
            DeleteGuard guard,
            long agreedBefore,
            Map<Side, Boolean> emptySide,
            BiPredicate<DocKey, ContentHash> leftAlone,
            Counters counters) {
        this.name = name;
        this.readsHub = readsHub;
        this.queue = queue;
        this.guard = guard;
        this.agreedBefore = agreedBefore;
        this.emptySide = Map.copyOf(emptySide);
        this.leftAlone = leftAlone;
        this.compared = counters.compared();
        this.differing = counters.differing();
        for (Range range : toCompare) {
            ranges.add(new RangeScan(scanner, queue, this, range));
        }
        idle.addAll(ranges);
    }

    /** Progress of the whole resync. */
    record Counters(AtomicLong compared, AtomicLong differing) {}

    String name() {
        return name;
    }

    boolean readsHub() {
        return readsHub;
    }

    boolean isLeftAlone(DocKey key, ContentHash local) {
        return leftAlone.test(key, local);
    }

    void compared(boolean differs) {
        compared.incrementAndGet();
        if (differs) {
            differing.incrementAndGet();
        }
    }

    /** A range that nobody works on and that has not ended. */
    synchronized Optional<RangeScan> takeRange() {
        RangeScan range = idle.pollFirst();
        return Optional.ofNullable(range);
    }

    synchronized void giveBack(RangeScan range) {
        if (!range.hasEnded()) {
            idle.addLast(range);
        }
    }

    /** Keeps a key back whose document is gone on the side that is not {@code towards}. */
    synchronized void keepBack(DocKey key, Side towards, Ticket ticket) {
        missing.merge(towards, 1L, Long::sum);
        keptBack.add(new KeptBack(key, ticket));
        if (keptBack.size() >= KEPT_BACK_MAX) {
            judge();
        }
    }

    /** Whether every range was read to its end; then the kept-back keys are judged once. */
    synchronized boolean hasEnded() {
        if (!ranges.stream().allMatch(RangeScan::hasEnded)) {
            return false;
        }
        if (!released) {
            released = true;
            judge();
        }
        return true;
    }

    boolean isSettled() {
        return ranges.stream().allMatch(RangeScan::isSettled);
    }

    /** What the delete guard holds back, if it does. */
    synchronized Optional<Held> held() {
        return held;
    }

    /** What is still to be compared after a restart. */
    List<Range> rest() {
        return ranges.stream().flatMap(r -> r.rest().stream()).toList();
    }

    void close() {
        ranges.forEach(RangeScan::close);
    }

    private synchronized void judge() {
        for (Side towards : Side.values()) {
            long count = missing.getOrDefault(towards, 0L);
            boolean sideIsEmpty = count > 0 && emptySide.getOrDefault(towards.other(), false);
            if (held.isEmpty() && !guard.isLifted(name) && (sideIsEmpty || guard.isUnusual(agreedBefore, count))) {
                held = Optional.of(new Held(towards, agreedBefore, count));
            }
        }
        for (KeptBack kept : keptBack) {
            if (held.isPresent()) {
                kept.ticket().settle();
            } else {
                queue.add(kept.key(), Hints.NONE, Lane.BACKGROUND, Optional.of(kept.ticket()));
            }
        }
        keptBack.clear();
    }
}
