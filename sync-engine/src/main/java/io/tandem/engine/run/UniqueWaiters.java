package io.tandem.engine.run;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys in quarantine because another document holds a unique value of theirs. When something changed in the collection that
 * refused them, the value may be free: they are tried again soon, and not only when their pause is over. Thread-safe.
 *
 * <p>Nobody knows which document holds the value, so each such try is a guess, and guesses are rationed: a key is guessed at only
 * after a change that is newer than its last try, and after a pause of its own that doubles with every wrong guess. A guess that was
 * right shows that values move on from document to document; the others of the collection then begin with the shortest pause again.
 * Since each right guess takes a key away, even a long chain comes to an end.
 */
final class UniqueWaiters {
    static final long FIRST_PAUSE_NANOS = 250_000_000L;
    private static final int DOUBLINGS_MAX = 14;
    /** What does not fit waits for its pause. */
    private static final int KEYS_MAX = 10_000;

    private static final long NEVER = -1;

    private final Ticker ticker;
    private final Map<Place, Queue> places = new HashMap<>(); // guarded by this
    private final Map<DocKey, Place> whereabouts = new HashMap<>(); // guarded by this

    private record Place(Side side, String collection) {}

    /** The keys of one place, the one that was tried longest ago first. */
    private static final class Queue {
        private final Map<DocKey, Waiter> waiters = new LinkedHashMap<>();
        private long changes;
    }

    private static final class Waiter {
        private long triedAfter = NEVER;
        private long notBeforeNanos;
        private int wrongGuesses;
        private boolean guessing;
    }

    UniqueWaiters(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * A key was refused. The first time it is guessed at once without any change, since the one that frees its value may have been
     * noted before the refusal was.
     *
     * @param anew whether this is not the refusal that is known already
     */
    synchronized void refused(DocKey key, Side side, boolean anew) {
        Place place = new Place(side, key.collection());
        Place before = whereabouts.get(key);
        if (before != null && (anew || !before.equals(place))) {
            forget(key);
            before = null;
        }
        if (before == null) {
            if (whereabouts.size() < KEYS_MAX) {
                Waiter waiter = new Waiter();
                waiter.notBeforeNanos = ticker.nanos() + FIRST_PAUSE_NANOS;
                whereabouts.put(key, place);
                places.computeIfAbsent(place, p -> new Queue()).waiters.put(key, waiter);
            }
            return;
        }
        Waiter waiter = waiter(key);
        if (waiter != null && waiter.guessing) {
            waiter.guessing = false;
            waiter.wrongGuesses++;
            waiter.notBeforeNanos =
                    ticker.nanos() + (FIRST_PAUSE_NANOS << Math.min(waiter.wrongGuesses, DOUBLINGS_MAX));
        }
    }

    /** Whether the key is being tried because of a guess. */
    synchronized boolean isGuess(DocKey key) {
        Waiter waiter = waiter(key);
        return waiter != null && waiter.guessing;
    }

    /** Something changed in a collection on one side. */
    synchronized void changed(Side side, String collection) {
        if (!whereabouts.isEmpty()) {
            Queue queue = places.get(new Place(side, collection));
            if (queue != null) {
                queue.changes++;
            }
        }
    }

    /** A key waits no longer, since it was written. */
    synchronized void written(DocKey key) {
        Place place = whereabouts.get(key);
        forget(key);
        Queue queue = place == null ? null : places.get(place);
        if (queue != null) {
            queue.changes++;
            for (Waiter waiter : queue.waiters.values()) {
                waiter.wrongGuesses = 0;
                waiter.notBeforeNanos = ticker.nanos();
            }
        }
    }

    /** A key waits no longer, or for something else. */
    synchronized void forget(DocKey key) {
        Place place = whereabouts.remove(key);
        Queue queue = place == null ? null : places.get(place);
        if (queue != null) {
            queue.waiters.remove(key);
            if (queue.waiters.isEmpty()) {
                places.remove(place);
            }
        }
    }

    synchronized void clear() {
        places.clear();
        whereabouts.clear();
    }

    /** Whether there is a key to try now. */
    synchronized boolean anyDue() {
        for (Queue queue : places.values()) {
            for (Waiter waiter : queue.waiters.values()) {
                if (isDue(waiter, queue)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Keys to try now, at most {@code limit}; each is a guess until it is refused again or written. */
    synchronized List<DocKey> guesses(int limit) {
        List<DocKey> guesses = new ArrayList<>();
        for (Queue queue : places.values()) {
            List<DocKey> due = queue.waiters.entrySet().stream()
                    .filter(entry -> isDue(entry.getValue(), queue))
                    .limit(limit - guesses.size())
                    .map(Map.Entry::getKey)
                    .toList();
            for (DocKey key : due) {
                Waiter waiter = queue.waiters.remove(key);
                if (waiter != null) {
                    waiter.guessing = true;
                    waiter.triedAfter = queue.changes;
                    queue.waiters.put(key, waiter); // behind the others
                }
            }
            guesses.addAll(due);
        }
        return guesses;
    }

    private boolean isDue(Waiter waiter, Queue queue) {
        return waiter.triedAfter < queue.changes && ticker.nanos() - waiter.notBeforeNanos >= 0;
    }

    private @Nullable Waiter waiter(DocKey key) {
        Place place = whereabouts.get(key);
        Queue queue = place == null ? null : places.get(place);
        return queue == null ? null : queue.waiters.get(key);
    }
}
