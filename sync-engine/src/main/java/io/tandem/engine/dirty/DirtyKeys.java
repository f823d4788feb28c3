package io.tandem.engine.dirty;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The work queue: keys that may be out of step, each at most once. Thread-safe; holds its lock only for bookkeeping.
 *
 * <p>A key is queued, delayed or in work. What is reported about a key in work is kept aside and queued when the work ends,
 * so that one worker at a time has it. Live changes go before what scans and marks find. The number of keys is bounded:
 * whoever adds asks {@link #hasRoom} first and stops reading its source when there is none.
 *
 * <p>Next: {@code read/ThreeStateReader}.
 */
public final class DirtyKeys {
    /** Which queue a key waits in. */
    public enum Lane {
        /** Somebody just changed it. */
        LIVE,
        /** A scan, a mark or a retry found it. */
        BACKGROUND
    }

    /**
     * A key taken from the queue.
     *
     * @param key which document
     * @param hints what is known about its changes
     * @param tickets to settle when it is done
     * @param attempts how often it was tried before
     * @param sinceNanos when it was first added, steady clock
     * @param number tells this taking from any other
     */
    public record Work(DocKey key, Hints hints, List<Ticket> tickets, int attempts, long sinceNanos, long number) {
        /** The same work with less known about when the hub's document was changed. */
        public Work withoutHubTime() {
            return new Work(key, hints.withoutHub(), tickets, attempts, sinceNanos, number);
        }
    }

    private static final class Entry {
        private final DocKey key;
        private Lane lane;
        private Hints hints;
        private final List<Ticket> tickets = new ArrayList<>(2);
        private int attempts;
        private long sinceNanos;
        private long notBeforeNanos;

        Entry(DocKey key, Lane lane, Hints hints, long sinceNanos) {
            this.key = key;
            this.lane = lane;
            this.hints = hints;
            this.sinceNanos = sinceNanos;
        }

        void take(Ticket ticket, List<Ticket> toSettle) {
            boolean covered = tickets.stream().anyMatch(t -> t.source() == ticket.source());
            (covered ? toSettle : tickets).add(ticket);
        }
    }

    private long takenCount; // guarded by this
    private long begunNanos; // guarded by this
    private int fullBatch = 1; // guarded by this
    private boolean someoneWaitsForTurn; // guarded by this
    private final int capacity;
    private final Ticker ticker;
    private final Map<DocKey, Entry> waiting = new HashMap<>();
    private final Map<DocKey, Work> inWork = new HashMap<>();
    private final Deque<Entry> live = new ArrayDeque<>();
    private final Deque<Entry> background = new ArrayDeque<>();
    private final PriorityQueue<Entry> delayed =
            new PriorityQueue<>(Comparator.comparingLong((Entry e) -> e.notBeforeNanos));

    /**
     * @param capacity keys held at most, in work included, before {@link #hasRoom} says no; half of it for the background
     */
    public DirtyKeys(int capacity, Ticker ticker) {
        this.capacity = capacity;
        this.ticker = ticker;
        this.begunNanos = ticker.nanos() - Duration.ofDays(1).toNanos();
    }

    /** Whether a source may go on adding. */
    public synchronized boolean hasRoom(Lane lane) {
        int size = waiting.size() + inWork.size();
        return lane == Lane.LIVE ? size < capacity : size < capacity / 2;
    }

    /** Adds a key, or what is new about it. */
    public void add(DocKey key, Hints hints, Lane lane, Optional<Ticket> ticket) {
        List<Ticket> toSettle = new ArrayList<>(1);
        synchronized (this) {
            Entry entry = waiting.get(key);
            if (entry == null) {
                entry = new Entry(key, lane, hints, ticker.nanos());
                waiting.put(key, entry);
                if (!inWork.containsKey(key)) {
                    enqueue(entry);
                }
            } else if (lane == Lane.LIVE && entry.lane == Lane.BACKGROUND) {
                entry.lane = Lane.LIVE;
                if (background.remove(entry)) {
                    live.addLast(entry);
                }
            }
            entry.hints = entry.hints.and(hints);
            if (ticket.isPresent()) {
                entry.take(ticket.get(), toSettle);
            }
        }
        toSettle.forEach(Ticket::settle);
    }

    /** Takes up to {@code max} keys into work; none when there are none to take now. */
    public synchronized List<Work> take(int max) {
        queueDue();
        List<Work> taken = new ArrayList<>();
        while (taken.size() < max && !(live.isEmpty() && background.isEmpty())) {
            Entry entry = live.isEmpty() ? background.removeFirst() : live.removeFirst();
            waiting.remove(entry.key);
            Work work = new Work(
                    entry.key, entry.hints, List.copyOf(entry.tickets), entry.attempts, entry.sinceNanos, ++takenCount);
            inWork.put(entry.key, work);
            taken.add(work);
        }
        if (ready() > 0) {
            notify();
        }
        return taken;
    }

    private void queueDue() {
        long now = ticker.nanos();
        while (!delayed.isEmpty() && delayed.peek().notBeforeNanos - now <= 0) {
            Entry due = delayed.remove();
            queue(due).addLast(due);
        }
    }

    /** Keys that a scan, a mark or a retry found and that can be taken now; none while somebody's change waits. */
    public synchronized int backlog() {
        return live.isEmpty() ? background.size() : 0;
    }

    private int ready() {
        return live.size() + background.size();
    }

    /**
     * Takes one key into work, whether it is queued or not; empty while somebody else has it in work. What is reported about it, and
     * was before, waits until the work ends. A key that was queued without anything to report, to be tried again, is no longer queued.
     */
    public synchronized Optional<Work> claim(DocKey key) {
        if (inWork.containsKey(key)) {
            return Optional.empty();
        }
        Entry queued = waiting.get(key);
        if (queued != null) {
            queue(queued).remove(queued);
            delayed.remove(queued);
            if (queued.tickets.isEmpty() && queued.hints.equals(Hints.NONE)) {
                waiting.remove(key);
            }
        }
        Work work = new Work(key, Hints.NONE, List.of(), 0, ticker.nanos(), ++takenCount);
        inWork.put(key, work);
        return Optional.of(work);
    }

    /** Ends the work on a key: it was reconciled, or is durably known to be dirty. Does nothing if it has ended before. */
    public void done(Work work) {
        synchronized (this) {
            if (!isInWork(work)) {
                return;
            }
            inWork.remove(work.key());
            Entry newer = waiting.get(work.key());
            if (newer != null) {
                enqueue(newer);
            }
        }
        work.tickets().forEach(Ticket::settle);
    }

    /**
     * Ends the work on a key without success: it is queued again, after a pause, and both sides have to be looked at, since what
     * became of a write may not be known. Does nothing if it has ended before.
     */
    public void again(Work work, long pauseNanos, boolean countAttempt) {
        List<Ticket> toSettle = new ArrayList<>(1);
        synchronized (this) {
            if (!isInWork(work)) {
                return;
            }
            inWork.remove(work.key());
            Entry newer = waiting.get(work.key());
            Entry entry = new Entry(
                    work.key(),
                    newer == null ? Lane.LIVE : newer.lane,
                    work.hints().onBothSides(),
                    work.sinceNanos());
            entry.tickets.addAll(work.tickets());
            entry.attempts = work.attempts() + (countAttempt ? 1 : 0);
            if (newer != null) {
                entry.hints = entry.hints.and(newer.hints);
                newer.tickets.forEach(t -> entry.take(t, toSettle));
            }
            waiting.put(work.key(), entry);
            entry.notBeforeNanos = ticker.nanos() + pauseNanos;
            if (pauseNanos > 0) {
                delayed.add(entry);
                notify(); // whoever waits, waits no longer than for this one
            } else {
                enqueue(entry);
            }
        }
        toSettle.forEach(Ticket::settle);
    }

    /** Whether a key that was taken is still in work. */
    public synchronized boolean isInWork(Work work) {
        Work current = inWork.get(work.key());
        return current != null && current.number() == work.number();
    }

    /** Forgets everything that is not in work, without settling; for an agent that lost its lease. */
    public synchronized void clear() {
        waiting.clear();
        live.clear();
        background.clear();
        delayed.clear();
    }

    /** Keys queued, delayed or in work. */
    public synchronized int size() {
        int both = 0;
        for (DocKey key : inWork.keySet()) {
            both += waiting.containsKey(key) ? 1 : 0;
        }
        return waiting.size() + inWork.size() - both;
    }

    /** Whether a matching key is queued, delayed or in work. */
    public synchronized boolean anyMatch(Predicate<DocKey> wanted) {
        return waiting.keySet().stream().anyMatch(wanted)
                || inWork.keySet().stream().anyMatch(wanted);
    }

    /** When the longest waiting key whose hints match was added, steady clock; empty when there is none. */
    public synchronized Optional<Long> oldestNanos(Predicate<Hints> wanted) {
        return waiting.values().stream()
                .filter(e -> wanted.test(e.hints))
                .map(e -> e.sinceNanos)
                .min(Comparator.naturalOrder());
    }

    /**
     * Waits until a batch may begin, at most so long: there are enough keys for a full one, or there are some and none has begun for a
     * while. Of several threads that wait, one waits for that while to pass, and the others for keys.
     *
     * @param enough keys of a full batch
     * @param spacingNanos how much later than the one before it a batch may begin that is not full
     * @return whether one may
     */
    public synchronized boolean awaitWork(long millisMax, int enough, long spacingNanos) throws InterruptedException {
        fullBatch = enough;
        long end = ticker.nanos() + millisMax * 1_000_000L;
        while (true) {
            queueDue();
            long now = ticker.nanos();
            long next = begunNanos + spacingNanos;
            boolean some = ready() > 0;
            if (ready() >= enough || (some && next - now <= 0)) {
                begunNanos = now;
                return true;
            }
            long until = delayed.isEmpty() ? end : earlier(end, delayed.peek().notBeforeNanos);
            boolean waitsForTurn = some && !someoneWaitsForTurn;
            until = waitsForTurn ? earlier(until, next) : until;
            if (until - now <= 0) {
                return false;
            }
            someoneWaitsForTurn |= waitsForTurn;
            try {
                wait(1 + (until - now) / 1_000_000L);
            } finally {
                someoneWaitsForTurn &= !waitsForTurn;
            }
        }
    }

    private static long earlier(long nanos, long other) {
        return nanos - other <= 0 ? nanos : other;
    }

    /** One key, one worker; those that go on anyway look for more, and whoever waits for its turn takes what comes in until then. */
    private void enqueue(Entry entry) {
        queue(entry).addLast(entry);
        if (!someoneWaitsForTurn || ready() >= fullBatch) {
            notify();
        }
    }

    private Deque<Entry> queue(Entry entry) {
        return entry.lane == Lane.LIVE ? live : background;
    }
}
