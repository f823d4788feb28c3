package io.tandem.engine.run;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.watch.ChangeTail;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds back decisions that rest on when a local change was made until the device's feed has told everything up to the moment
 * at which the local document was read. Thread-safe.
 *
 * <p>A scan, a retry or the hub's feed can make a key be looked at before the device's own feed has reported its last change.
 * Decided at once, that change would count as made now, or at the time of the one before it: the wrong side could win, and a
 * delete of a document whose first push was not noted would look like a document that never was there. A wait costs one
 * answer of the feed. It ends early when waiting could block the feed itself, and after {@link #PATIENCE} in any case.
 */
final class HistoryGate {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Core core;
    private final FeedStep localFeed;
    private final FeedStep atlasFeed;
    private final Map<DocKey, Waiting> waiting = new ConcurrentHashMap<>();

    /** What was seen of a key, and what the feed has to pass before that may be judged. */
    private record Waiting(ContentHash local, ChangeTail.Mark mark, long sinceNanos) {}

    HistoryGate(Core core, FeedStep localFeed, FeedStep atlasFeed) {
        this.core = core;
        this.localFeed = localFeed;
        this.atlasFeed = atlasFeed;
    }

    /**
     * Whether a key that the device's feed reported may be changed again by what it reports next, since it is still telling of
     * the time before it was opened. Such a key is noted durably with the latest time and worked on once the feed has caught up.
     */
    boolean isPremature(Hints hints) {
        return hints.localTime().isPresent() && isCatchingUp();
    }

    /** Whether the hub's feed, which still tells of the time before it was opened, may yet say when an edit by hand was made. */
    boolean mayBeDatedSoon(Hints hints, long sinceNanos) {
        return hints.hubTime().isEmpty()
                && core.modes.bidirectional()
                && (!atlasFeed.isCurrent() || atlasFeed.isCatchingUp())
                && core.queue.hasRoom(Lane.LIVE)
                && core.ticker.nanos() - sinceNanos < PATIENCE.toNanos();
    }

    /** Whether the device has no feed that could tell of anything. */
    boolean isPolling() {
        return localFeed.isPolling();
    }

    boolean isCatchingUp() {
        return localFeed.isCatchingUp();
    }

    /** The place that the device's feed has to pass for everything read before this call. */
    ChangeTail.Mark mark() {
        return localFeed.tail().mark(core.time.localNowMillis());
    }

    /**
     * Whether a decision that rests on the device's history may be carried out.
     *
     * @param read taken after the local document had been read
     */
    boolean mayDecide(KeyStates states, ChangeTail.Mark read) {
        Waiting before = waiting.get(states.key());
        if (localFeed.isPolling() || !core.queue.hasRoom(Lane.LIVE)) {
            waiting.remove(states.key());
            return true;
        }
        if (before == null || !before.local().equals(states.localHash())) {
            long since = before == null ? core.ticker.nanos() : before.sinceNanos();
            waiting.put(states.key(), new Waiting(states.localHash(), read, since));
            return false;
        }
        boolean over = isOver(before);
        if (over) {
            waiting.remove(states.key());
        }
        return over;
    }

    /** Nothing has to be decided about the key any more. */
    void forget(DocKey key) {
        waiting.remove(key);
    }

    /** The queue was emptied. */
    void clear() {
        waiting.clear();
    }

    private boolean isOver(Waiting before) {
        return localFeed.tail().hasPassed(before.mark())
                || core.ticker.nanos() - before.sinceNanos() > PATIENCE.toNanos();
    }
}
