package io.tandem.engine.run;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.FeedStatus.Kind;
import io.tandem.engine.status.FeedStatus.State;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.Position;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Keeps one side's tail open and moving. One thread steps; any thread may ask for the status.
 *
 * <p>A feed without a saved position begins now, and a resync covers what was before; the same when its position turns out to be
 * lost. Neither ever happens without the resync having been noted first.
 */
final class FeedStep implements Step {
    /** What happens within so short a time is told of by one answer. */
    private static final long BREATH_NANOS = 5_000_000L;
    /** An empty answer that takes so long was waited for by the server. */
    private static final long WAITED_NANOS = 100_000_000L;

    private final Core core;
    private final Side side;
    private final Leadership leadership;
    private final Supplier<ChangeSource> source;
    private final BooleanSupplier wanted;
    private final BooleanSupplier mayRead;
    private final Lost lost;
    private final ChangeTail tail;
    private final Backoff backoff;
    private final Checkpoints checkpoints;
    private long askAgainNanos;
    private volatile int term = -1;
    private volatile int generation = -1;
    private volatile boolean everOpen;
    private volatile Kind kind = Kind.CHANGE_STREAM;
    private volatile Optional<Instant> lastEventAt = Optional.empty();

    /** What happens when a feed cannot tell everything. */
    interface Lost {
        /** Notes that everything has to be compared. Blocking. */
        void resyncAll(Side side, String why);

        /** Saves where a new feed begins as soon as what was before is sure to be compared. Blocking. */
        void savePosition(Side side, ChangeTail tail);
    }

    /**
     * A feed that is not open yet.
     *
     * @param wanted whether it is to be open
     * @param mayRead whether an open one may tell more now
     */
    FeedStep(
            Core core,
            Side side,
            Leadership leadership,
            Supplier<ChangeSource> source,
            BooleanSupplier wanted,
            BooleanSupplier mayRead,
            Checkpoints checkpoints,
            Lost lost,
            ChangeTail.Listener listener) {
        this.core = core;
        this.side = side;
        this.leadership = leadership;
        this.source = source;
        this.wanted = wanted;
        this.mayRead = mayRead;
        this.checkpoints = checkpoints;
        this.lost = lost;
        this.askAgainNanos = core.ticker.nanos();
        this.backoff = new Backoff(core.config.reconnectInterval(), core.ticker, core.ports.random());
        this.tail = new ChangeTail(side, core.queue, core.echoes, core.time, this::follows, listener);
    }

    @Override
    public String name() {
        return side == Side.LOCAL ? "local-feed" : "atlas-feed";
    }

    ChangeTail tail() {
        return tail;
    }

    /** Whether changes of this side are being followed, or need not be. */
    boolean isFollowing() {
        return tail.isOpen() || kind == Kind.POLLING;
    }

    boolean isPolling() {
        return kind == Kind.POLLING;
    }

    /** Whether it still reports what happened before it was opened: of one key, perhaps several changes one after the other. */
    boolean isCatchingUp() {
        return tail.isCatchingUp();
    }

    /** Whether the tail belongs to this term and this setting of the switch. */
    boolean isCurrent() {
        return tail.isOpen()
                && term == leadership.term()
                && (side == Side.LOCAL || generation == core.modes.generation());
    }

    /** Forgets where it was and opens anew from what is saved. */
    void restart() {
        generation = Integer.MIN_VALUE;
        term = Integer.MIN_VALUE;
    }

    void eventSeen() {
        lastEventAt = Optional.of(Instant.ofEpochMilli(core.ticker.millis()));
    }

    /** What is told of the hub's feed while the hub itself cannot be reached: it is tried again so often. */
    FeedStatus statusWhileAway(int attempts) {
        State state = everOpen ? State.RECONNECTING : State.CONNECTING;
        return new FeedStatus(
                state, kind, lastEventAt, Math.max(attempts, backoff.failures()), checkpoints.savedAt(side));
    }

    FeedStatus status() {
        State state = isFollowing()
                ? State.CONNECTED
                : !wanted.getAsBoolean() ? State.DISCONNECTED : everOpen ? State.RECONNECTING : State.CONNECTING;
        return new FeedStatus(state, kind, lastEventAt, backoff.failures(), checkpoints.savedAt(side));
    }

    @Override
    public long breathNanos() {
        return askAgainNanos - core.ticker.nanos();
    }

    @Override
    public boolean run() {
        if (term != leadership.term() || (side == Side.HUB && generation != core.modes.generation())) {
            tail.forget();
            term = leadership.term();
            generation = core.modes.generation();
        }
        if (!leadership.isReady() || !wanted.getAsBoolean()) {
            tail.close();
            return false;
        }
        if (kind == Kind.POLLING) {
            return false;
        }
        try {
            if (tail.isOpen()) {
                return mayRead.getAsBoolean() && ask();
            }
            return backoff.isDue() && open();
        } catch (SyncException e) {
            return react(e);
        }
    }

    /** A server that waited for a change before it said that there is none has done the pausing. */
    private boolean ask() {
        long askedNanos = core.ticker.nanos();
        int events = tail.poll();
        long answeredNanos = core.ticker.nanos();
        boolean full = events >= core.config.batchSize();
        askAgainNanos = full ? answeredNanos : answeredNanos + BREATH_NANOS;
        return events > 0 || answeredNanos - askedNanos >= WAITED_NANOS;
    }

    /** Reacting may need the local database, which may be away as well: then it is tried again. */
    private boolean react(SyncException e) {
        try {
            failed(e);
        } catch (SyncException local) {
            backoff.failed();
            core.problems.raise(local.code(), Severity.WARNING, words() + " feed", local.getMessage());
        }
        return true;
    }

    private boolean open() {
        Optional<Position> after = tail.read().isPresent() ? tail.read() : checkpoints.load(side);
        tail.open(source.get(), after);
        if (after.isEmpty()) {
            // Asked for once it is clear that the server has a feed; no position is saved before this is noted.
            lost.resyncAll(side, "no saved position for the " + words() + " feed");
            lost.savePosition(side, tail);
        }
        everOpen = true;
        backoff.succeeded();
        core.problems.clear(FaultCode.UNKNOWN, words() + " feed");
        core.problems.clear(FaultCode.HUB_UNREACHABLE, words() + " feed");
        core.problems.clear(FaultCode.LOCAL_UNREACHABLE, words() + " feed");
        core.problems.clear(FaultCode.NOT_AUTHORIZED, words() + " feed");
        core.notices.tell(
                "feed-connected",
                side == Side.HUB
                        ? "Atlas Change Stream started successfully"
                        : "Local change feed started successfully");
        return true;
    }

    private void failed(SyncException e) {
        switch (e.code()) {
            case STANDALONE -> poll(e);
            case HISTORY_LOST, INVALID_POSITION, EVENT_TOO_LARGE -> startOver(e);
            default -> {
                backoff.failed();
                boolean late = backoff.failures() >= core.config.reconnectAttemptsBeforeAlert();
                core.problems.raise(
                        e.code(), late ? Severity.ERROR : Severity.WARNING, words() + " feed", e.getMessage());
                core.notices.tell(
                        "feed-failed",
                        "Change Stream connection failed (" + words() + ", attempt " + backoff.failures() + "): "
                                + e.getMessage());
            }
        }
    }

    private void poll(SyncException e) {
        if (side == Side.HUB) {
            backoff.failed();
            core.problems.raise(e.code(), Severity.ERROR, "atlas", "The hub is a standalone server: " + e.getMessage());
            return;
        }
        kind = Kind.POLLING;
        core.problems.raise(
                FaultCode.STANDALONE,
                Severity.NOTICE,
                "local",
                "The local server is a standalone: it is compared with what was synced every "
                        + core.config.localPollInterval().toMillis() + " ms.");
        core.notices.tell("feed-connected", "Local change feed started successfully (polling)");
    }

    /** Positions are dropped only after the resync was noted: a crash in between leads to the resync as well. */
    private void startOver(SyncException e) {
        core.notices.tell("history-lost", "The " + words() + " feed cannot go on: " + e.getMessage());
        lost.resyncAll(side, e.code().id() + " on the " + words() + " feed");
        checkpoints.clear(side);
        tail.forget();
    }

    private boolean follows(String collection) {
        return core.modes.follows(side, collection) && core.catalog.isSyncable(side, collection);
    }

    private String words() {
        return side == Side.LOCAL ? "local" : "atlas";
    }
}
