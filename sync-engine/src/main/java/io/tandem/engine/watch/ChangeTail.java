package io.tandem.engine.watch;

import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.Watermark;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.time.HubTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows one side's changes and turns each into "look at this key". One thread opens, polls and closes it; any thread may
 * ask how far everything is settled.
 *
 * <p>Next: {@code dirty/DirtyKeys}.
 */
public final class ChangeTail {
    private static final int UNSETTLED_LIMIT = 50_000;
    /** Events of servers before 6.0 tell the second only; the rest is for the error of the measured clock. */
    private static final long EVENT_TIME_ERROR_MILLIS = 2_500;

    private final Side side;
    private final DirtyKeys queue;
    private final EchoRegistry echoes;
    private final HubTime time;
    private final Predicate<String> follows;
    private final Listener listener;
    private @Nullable ChangeFeed feed;
    private volatile boolean open;
    private volatile Optional<Place> backlog = Optional.empty();
    private Optional<Position> read = Optional.empty();
    private volatile Watermark<Position> watermark = new Watermark<>(UNSETTLED_LIMIT);
    private volatile long asked;
    private volatile long drainedBy;
    private volatile long latestEventMillis;
    private volatile long told;

    /**
     * A place in the feed that is known to be passed later on; see {@link Progress#hasPassed}.
     *
     * @param asked how often the feed had been asked
     * @param serverMillis what that side's clock showed
     */
    public record Place(long asked, long serverMillis) {}

    /**
     * How far the feed has told. What it told up to there had been queued before.
     *
     * @param drainedBy the asking that last found nothing more
     * @param latestEventMillis the latest that it told of, that side's clock
     */
    public record Progress(long drainedBy, long latestEventMillis) {
        /**
         * Whether everything that happened before it was marked has been reported: the feed was asked after it and had
         * nothing more to tell, or it has told of something that happened surely later.
         */
        public boolean hasPassed(Place place) {
            return drainedBy > place.asked() || latestEventMillis > place.serverMillis() + EVENT_TIME_ERROR_MILLIS;
        }
    }

    /** Hears what is not about a single key. Called by the polling thread. */
    public interface Listener {
        /** An event of a write of ours came back. */
        void echo(Side side);

        /** Something happened. */
        void event(Side side);

        /** This device's heartbeat came back from the hub. */
        void heartbeat(long number);

        /** A collection was dropped. */
        void dropped(Side side, String collection);

        /** A collection was renamed. */
        void renamed(Side side, String from, String to);

        /** The whole database was dropped. */
        void databaseDropped(Side side);
    }

    /**
     * A closed tail.
     *
     * @param follows whether the keys of a collection are of interest now; others are passed over
     */
    public ChangeTail(
            Side side,
            DirtyKeys queue,
            EchoRegistry echoes,
            HubTime time,
            Predicate<String> follows,
            Listener listener) {
        this.side = side;
        this.queue = queue;
        this.echoes = echoes;
        this.time = time;
        this.follows = follows;
        this.listener = listener;
    }

    /** Opens it after a position, or from now on; throws as {@link ChangeSource#open}. */
    public void open(ChangeSource source, Optional<Position> after) {
        close();
        // Before it is open: whoever sees it open must see what it has to catch up with.
        backlog = after.map(position -> place(side == Side.LOCAL ? time.localNowMillis() : time.nowMillis()));
        feed = source.open(after);
        if (after.isEmpty()) {
            echoes.forget(side); // what was written before the feed begins never comes back through it
        }
        read = Optional.of(feed.position());
        watermark.passIdle(feed.position());
        open = true;
    }

    public boolean isOpen() {
        return open;
    }

    /** Whether it still reports what happened before it was opened: of one key, perhaps several changes one after the other. */
    public boolean isCatchingUp() {
        return backlog.isPresent() && !progress().hasPassed(backlog.get());
    }

    /** Where the reading stopped, to go on from there after a failure. */
    public Optional<Position> read() {
        return read;
    }

    /** Takes the next events; returns how many there were. Throws as {@link ChangeFeed#poll}; the tail is then closed. */
    public int poll() {
        ChangeFeed current = feed;
        if (current == null || watermark.isFull() || !queue.hasRoom(Lane.LIVE)) {
            return 0;
        }
        boolean alive = false;
        try {
            long number = asked + 1;
            asked = number; // only this thread writes it
            List<FeedEvent> events = current.poll();
            long count = told;
            for (FeedEvent event : events) {
                take(event);
                count += event.kind() == FeedEvent.Kind.HEARTBEAT ? 0 : 1;
                read = Optional.of(event.position());
                latestEventMillis = Math.max(latestEventMillis, event.serverMillis());
            }
            told = count; // only this thread writes it
            if (events.isEmpty()) {
                drainedBy = number;
            }
            alive = events.isEmpty() || events.get(events.size() - 1).kind() != FeedEvent.Kind.INVALIDATED;
            if (alive) {
                read = Optional.of(current.position());
                watermark.passIdle(current.position());
            }
            return events.size();
        } finally {
            if (!alive) {
                close();
            }
        }
    }

    /**
     * Marks the end of that side's history as it is now.
     *
     * @param serverMillis what that side's clock shows, at least roughly
     */
    public Place place(long serverMillis) {
        return new Place(asked, serverMillis);
    }

    /** How far it has told by now. */
    public Progress progress() {
        return new Progress(drainedBy, latestEventMillis);
    }

    /** How many events it has told of, those of this device's own heartbeat left out; the position moves on without any, too. */
    public long told() {
        return told;
    }

    /** Whether everything it has told of is settled. */
    public boolean isSettled() {
        return watermark.isSettled();
    }

    /** The position up to which everything is settled; empty when there is none yet. */
    public Optional<Position> settledTo() {
        return watermark.reached();
    }

    /** Closes the feed and remembers where it was. */
    public void close() {
        ChangeFeed current = feed;
        feed = null;
        open = false;
        if (current != null) {
            current.close();
        }
    }

    /** Closes the feed and forgets where it was; what is still unsettled no longer holds anything back. */
    public void forget() {
        close();
        read = Optional.empty();
        watermark = new Watermark<>(UNSETTLED_LIMIT);
        echoes.forget(side);
    }

    private void take(FeedEvent event) {
        switch (event.kind()) {
            case WRITE, DELETE -> takeKey(event);
            case HEARTBEAT -> {
                listener.heartbeat(
                        event.id().map(id -> id.asNumber().longValue()).orElse(0L));
                watermark.passIdle(event.position());
            }
            case DROPPED -> {
                listener.dropped(side, event.collection());
                watermark.passIdle(event.position());
            }
            case RENAMED -> {
                listener.renamed(side, event.collection(), event.renamedTo().orElseThrow());
                watermark.passIdle(event.position());
            }
            case DATABASE_DROPPED -> {
                listener.databaseDropped(side);
                watermark.passIdle(event.position());
            }
            case INVALIDATED -> watermark.passIdle(event.position());
        }
    }

    private void takeKey(FeedEvent event) {
        listener.event(side);
        DocKey key = DocKey.of(event.collection(), event.id().orElseThrow());
        boolean delete = event.kind() == FeedEvent.Kind.DELETE;
        boolean echo = echoes.isEcho(
                side, key, delete); // used up even if nobody follows, or a later change would be taken for it
        if (!follows.test(event.collection())) {
            watermark.passIdle(event.position());
        } else if (echo) {
            listener.echo(side);
            watermark.passIdle(event.position());
        } else {
            queue.add(key, hints(event, delete), Lane.LIVE, Optional.of(watermark.pass(event.position())));
        }
    }

    /**
     * A hub event that shows metadata mostly reports what an agent wrote. But somebody may have saved a document with the metadata it
     * had, and then the events before it date what is there now no longer. A local event from before the feed was opened does not
     * speak for the hub: what this agent did there, and did not live to note, may have to be seen.
     */
    private Hints hints(FeedEvent event, boolean delete) {
        if (side == Side.LOCAL) {
            Hints local = Hints.local(Version.timeAt(time.fromLocal(event.serverMillis())));
            return isCatchingUp() ? local.onBothSides() : local;
        }
        long time = Version.timeAt(event.serverMillis());
        return event.version().isPresent() ? Hints.hubWithMeta(time) : Hints.hub(time, delete);
    }
}
