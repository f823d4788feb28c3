package io.tandem.engine.run;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.plan.Plan;
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
    /** A document that never rests is never at what the feed has told; it is then dated as well as the feed is fast. */
    static final Duration PATIENCE_WITH_THE_RESTLESS = Duration.ofSeconds(5);
    /** So many waiting keys are looked at less often. */
    private static final int MANY = 500;

    private static final long PAUSE_NANOS = 20_000_000L;
    /** The rest of keys that wait for a feed which has a backlog to tell, or that are many. */
    static final long LONG_PAUSE_NANOS = 200_000_000L;

    private final Core core;
    private final FeedStep localFeed;
    private final FeedStep atlasFeed;
    private final Map<DocKey, Waiting> waiting = new ConcurrentHashMap<>();

    /** What was seen of a key and told of it, and what the feed has to pass before that may be judged. */
    private record Waiting(ContentHash local, Hints told, ChangeTail.Place place, long sinceNanos) {}

    /**
     * What the feeds had told before keys were taken from the queue. It has to be asked before: what a feed tells of a key between
     * its taking and a decision stays in the queue, and the decision does not know it.
     *
     * @param local how far the device's feed had told
     * @param catchingUp whether that was still of the time before it was opened
     * @param hub whether the hub's feed had told everything of the time before it was opened
     */
    record Told(ChangeTail.Progress local, boolean catchingUp, boolean hub) {}

    HistoryGate(Core core, FeedStep localFeed, FeedStep atlasFeed) {
        this.core = core;
        this.localFeed = localFeed;
        this.atlasFeed = atlasFeed;
    }

    /**
     * Whether a key that the device's feed reported may be changed again by what it reports next, since it is still telling of
     * the time before it was opened. Such a key is noted durably with the latest time and worked on once the feed has caught up.
     */
    boolean isPremature(Hints hints, Told told) {
        return hints.localTime().isPresent() && told.catchingUp();
    }

    /**
     * Whether the hub's feed still tells of the time before it was opened, so that it may yet say when an edit or a delete by hand was
     * made. Of several edits of one document it tells one after the other: what it has said of the key so far may be too early.
     */
    boolean mayBeDatedSoon(Work work, Plan plan, Told told) {
        return (plan instanceof Plan.Stamp || plan instanceof Plan.Bury)
                && isWaitingForHub(work, told)
                && core.queue.hasRoom(Lane.LIVE);
    }

    /** The same for a key that the hub's feed itself reported as edited by hand, so that it need not even be read. */
    boolean mayBeDatedLater(Work work, Told told) {
        return work.hints().isByHand() && isWaitingForHub(work, told) && core.queue.hasRoom(Lane.BACKGROUND);
    }

    private boolean isWaitingForHub(Work work, Told told) {
        return !told.hub()
                && core.modes.bidirectional()
                && core.ticker.nanos() - work.sinceNanos() < PATIENCE.toNanos();
    }

    /** Whether the device has no feed that could tell of anything. */
    boolean isPolling() {
        return localFeed.isPolling();
    }

    Told told() {
        return new Told(
                localFeed.tail().progress(),
                localFeed.isCatchingUp(),
                atlasFeed.isCurrent() && !atlasFeed.isCatchingUp());
    }

    /** The place that the device's feed has to pass for everything read before this call. */
    ChangeTail.Place place() {
        return localFeed.tail().place(core.time.localNowMillis());
    }

    /** Whether a key has to wait longer and nothing new was told of it, so that it need not even be read. */
    boolean isWaiting(Work work, Told told) {
        Waiting before = waiting.get(work.key());
        return before != null
                && before.told().equals(work.hints().onBothSides())
                && !mayNotWait()
                && !isOver(before, told);
    }

    /** How long a key rests before it is looked at again; the feed answers about twice a second, and sooner when there is traffic. */
    long pauseNanos(Told told) {
        return told.catchingUp() || waiting.size() > MANY ? LONG_PAUSE_NANOS : PAUSE_NANOS;
    }

    /** The device has no feed, or waiting could keep it from telling more. */
    private boolean mayNotWait() {
        return localFeed.isPolling() || !core.queue.hasRoom(Lane.LIVE);
    }

    /**
     * Whether a decision that rests on the device's history may be carried out.
     *
     * @param work as it was taken from the queue
     * @param read taken after the local document had been read
     * @param told taken before the key was taken from the queue
     */
    boolean mayDecide(Work work, KeyStates states, ChangeTail.Place read, Told told) {
        Waiting before = waiting.get(states.key());
        if (mayNotWait()) {
            waiting.remove(states.key());
            return true;
        }
        if (before == null || !before.local().equals(states.localHash())) {
            long since = before == null ? core.ticker.nanos() : before.sinceNanos();
            if (isRestless(work, told) && core.ticker.nanos() - since > PATIENCE_WITH_THE_RESTLESS.toNanos()) {
                waiting.remove(states.key());
                return true;
            }
            waiting.put(
                    states.key(), new Waiting(states.localHash(), work.hints().onBothSides(), read, since));
            return false;
        }
        boolean over = isOver(before, told);
        if (over) {
            waiting.remove(states.key());
        }
        return over;
    }

    /** Whether the feed tells of the document's changes as they are made. */
    private static boolean isRestless(Work work, Told told) {
        return work.hints().localTime().isPresent() && !told.catchingUp();
    }

    /** Nothing has to be decided about the key any more. */
    void forget(DocKey key) {
        waiting.remove(key);
    }

    /** The queue was emptied. */
    void clear() {
        waiting.clear();
    }

    private boolean isOver(Waiting before, Told told) {
        return told.local().hasPassed(before.place()) || core.ticker.nanos() - before.sinceNanos() > PATIENCE.toNanos();
    }
}
