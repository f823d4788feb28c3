package io.tandem.engine.guard;

import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds back unusual numbers of deletes. Thread-safe.
 *
 * <p>It looks at states, not at events: a collection whose source side lacks more than a share of the documents that both
 * sides had agreed on within the last minute is not allowed to send deletes. A collection that merely turns over quickly,
 * with as many inserts as deletes, is never held.
 */
public final class DeleteGuard {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final int percent;
    private final int min;
    private final Ticker ticker;
    private final Map<String, Reference> references = new HashMap<>(); // guarded by this
    private final Set<String> lifted = ConcurrentHashMap.newKeySet();

    /** The most documents a collection was agreed to have within the window. */
    private record Reference(long live, long sinceNanos) {}

    /** Counts what a decision needs. Blocking. */
    public interface Census {
        /** Documents that both sides agreed on and did not delete since. */
        long agreed(String collection);

        /** Documents that a side has now. */
        long present(Side side, String collection);
    }

    /**
     * Why deletes are held back.
     *
     * @param towards the side on which documents would be deleted
     * @param before documents the collection had
     * @param missing documents that would be deleted
     */
    public record Held(Side towards, long before, long missing) {}

    /**
     * @param percent share of a collection that may be deleted, 1 to 100
     * @param min collections of up to so many documents are not looked at
     */
    public DeleteGuard(int percent, int min, Ticker ticker) {
        this.percent = percent;
        this.min = min;
        this.ticker = ticker;
    }

    /** Whether deletes of a collection towards a side have to be held back. */
    public Optional<Held> check(String collection, Side towards, Census census) {
        if (lifted.contains(collection)) {
            return Optional.empty();
        }
        long before = reference(collection, census.agreed(collection));
        if (before <= min) {
            return Optional.empty();
        }
        long missing = before - census.present(towards.other(), collection);
        return isUnusual(before, missing) ? Optional.of(new Held(towards, before, missing)) : Optional.empty();
    }

    /** Whether so many deletes found by one scan have to be held back. */
    public boolean isUnusual(long before, long missing) {
        return before > min && missing * 100 > before * percent;
    }

    /** A person approved: everything passes until {@link #restore}. */
    public void lift(String collection) {
        lifted.add(collection);
    }

    public boolean isLifted(String collection) {
        return lifted.contains(collection);
    }

    /** The approved pass is over. */
    public synchronized void restore(String collection) {
        lifted.remove(collection);
        references.remove(collection);
    }

    private synchronized long reference(String collection, long agreedNow) {
        long now = ticker.nanos();
        Reference reference = references.get(collection);
        if (reference == null || agreedNow > reference.live() || now - reference.sinceNanos() > WINDOW.toNanos()) {
            reference = new Reference(agreedNow, now);
            references.put(collection, reference);
        }
        return reference.live();
    }

    /** For messages: the words of a side. */
    public static String label(Side side) {
        return LABELS.getOrDefault(side, side.name());
    }

    private static final Map<Side, String> LABELS = new EnumMap<>(Map.of(Side.LOCAL, "local", Side.HUB, "atlas"));
}
