package io.tandem.engine.run;

import io.tandem.engine.checkpoint.HubStore.Heartbeat;
import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is done every now and then: positions, dirty marks, heartbeats, clocks, quarantine, forgetting. Each part is a
 * step of its own, so that one that waits for a server holds up no other.
 */
final class Upkeep {
    static final String CLOCK_NOTE = "clock";
    private static final Duration CLOCK_LIMIT = Duration.ofSeconds(1);
    /** How old a saved position may get while nothing is told; a small part of what any server's history covers. */
    static final Duration STALEST = Duration.ofSeconds(30);

    /** How long it takes at most to notice that a position was removed by hand while nothing is told. */
    static final Duration LOOK_PAUSE = Duration.ofSeconds(5);

    private static final int MARKS_PER_PAGE = 2_000;
    private static final Duration COUNT_PAUSE = Duration.ofSeconds(5);
    /** How often is looked for what only somebody else can have put there. */
    private static final Duration QUIET_PAUSE = Duration.ofSeconds(30);

    private static final int COUNT_SHARE = 20;
    private static final int RETRIES_AT_ONCE = 100;
    private static final int GUESSES_AT_ONCE = 20;
    private static final Duration GUESS_PAUSE = Duration.ofMillis(250);

    private final Core core;
    private final Leadership leadership;
    private final HubLink hub;
    private final Membership membership;
    private final Settlement settlement;
    private final CanaryWatch canary;
    private volatile long markedKeys;
    private volatile long quarantinedKeys;
    private volatile Outside outside = mustHold -> {};

    Upkeep(
            Core core,
            Leadership leadership,
            HubLink hub,
            Membership membership,
            Settlement settlement,
            CanaryWatch canary) {
        this.core = core;
        this.leadership = leadership;
        this.hub = hub;
        this.membership = membership;
        this.settlement = settlement;
        this.canary = canary;
    }

    /** Chores that need the servers in ways that only the owner of the ports knows. */
    interface Outside {
        /** Blocking. {@code mustHold} is called before anything is written. */
        void sometimes(Runnable mustHold);
    }

    void outside(Outside chores) {
        outside = chores;
    }

    /** Keys with a dirty mark, as last counted. */
    long markedKeys() {
        return markedKeys;
    }

    long quarantinedKeys() {
        return Math.max(quarantinedKeys, settlement.detainedCount());
    }

    /**
     * Saves how far both feeds are settled, once a second. A position that only moves on because time goes by, and because saving it is a
     * change of the device's own, is saved now and then, so that the server's history still has it.
     *
     * @param noted whether the device knows what was passed over on the way, and why
     */
    Step checkpoints(
            Checkpoints checkpoints, FeedStep local, FeedStep atlas, FeedStep.Lost lost, BooleanSupplier noted) {
        return new Every("checkpoint", Duration.ofSeconds(1)) {
            private final Map<Side, Saving> last = new EnumMap<>(Side.class);
            private final Map<Side, Long> lookedNanos = new EnumMap<>(Side.class);

            @Override
            void work() {
                save(Side.LOCAL, local);
                save(Side.HUB, atlas);
            }

            /** Whether nobody removed the position by hand, as far as a look now and then can tell. */
            private boolean mayStillBeThere(Side side) {
                long now = core.ticker.nanos();
                Long before = lookedNanos.get(side);
                if (before != null && now - before < LOOK_PAUSE.toNanos()) {
                    return true;
                }
                lookedNanos.put(side, now);
                return checkpoints.isStillThere(side);
            }

            /** What was settled while the hub was not to be applied says nothing about the hub's changes. */
            private void save(Side side, FeedStep feed) {
                int generation = core.modes.generation();
                int term = leadership.term();
                boolean counts = side == Side.LOCAL || core.modes.bidirectional();
                Saving now = new Saving(
                        term, generation, feed.tail().told(), feed.tail().isSettled(), core.ticker.nanos());
                Optional<Position> settled = feed.tail().settledTo();
                boolean unchanged = generation == core.modes.generation() && term == leadership.term();
                if (!noted.getAsBoolean()) {
                    return; // asked after the place was looked up: what was passed over up to there is then noted
                }
                if (!counts || !unchanged || !leadership.isReady() || !feed.isCurrent()) {
                    return;
                }
                boolean worthIt = now.differs(last.get(side));
                boolean kept = worthIt ? checkpoints.save(side, settled) : mayStillBeThere(side);
                if (worthIt && kept) {
                    last.put(side, now);
                }
                if (!kept) {
                    last.remove(side);
                    lost.resyncAll(side, "the saved position was removed by hand");
                    feed.restart();
                }
            }
        };
    }

    /**
     * When a position was saved, and what was known then; taken before the position itself.
     *
     * @param told events told of
     * @param settled whether all of them were settled
     */
    private record Saving(int term, int generation, long told, boolean settled, long atNanos) {
        boolean differs(@Nullable Saving before) {
            return before == null
                    || term != before.term
                    || generation != before.generation
                    || told != before.told
                    || !before.settled
                    || atNanos - before.atNanos >= STALEST.toNanos();
        }
    }

    /**
     * Queues keys with a dirty mark, once the hub can be used.
     *
     * @param catchingUp whether the device's feed still adds to the marks
     */
    Step marks(BooleanSupplier catchingUp) {
        return new Every("marks", Duration.ofMillis(250)) {
            private Optional<DocKey> after = Optional.empty();
            private long nextCountNanos = core.ticker.nanos();
            private boolean readSinceCount;

            @Override
            void work() {
                if (core.ticker.nanos() - nextCountNanos >= 0) {
                    count();
                }
                if (!core.notesWaiting.get()
                        || !hub.isUp()
                        || catchingUp.getAsBoolean()
                        || !core.queue.hasRoom(Lane.BACKGROUND)) {
                    return;
                }
                if (!readSinceCount) {
                    readSinceCount = true;
                    nextCountNanos = Math.min(nextCountNanos, core.ticker.nanos() + COUNT_PAUSE.toNanos());
                }
                core.notesWaiting.set(false);
                boolean all = false;
                try {
                    all = queuePage();
                } finally {
                    if (!all) {
                        core.notesWaiting.set(true);
                    }
                }
                again(!all);
            }

            /** Returns whether there was none left. */
            private boolean queuePage() {
                List<DocKey> page = core.ports.bases().dirty(after, MARKS_PER_PAGE);
                for (DocKey key : page) {
                    boolean free = core.modes.of(key.collection()) != CollectionMode.PAUSED
                            && core.modes.of(key.collection()) != CollectionMode.OBSERVE;
                    if (free && !settlement.isResting(key)) {
                        core.queue.add(key, Hints.NONE, Lane.BACKGROUND, Optional.empty());
                    }
                }
                after = page.isEmpty() ? Optional.empty() : Optional.of(page.get(page.size() - 1));
                return page.isEmpty();
            }

            /**
             * Of a million marks the server has to count a million: that may take a twentieth of the time at most. Where there was none
             * and none was made, it is asked now and then, since a mark may have been made behind the page that was read last.
             */
            private void count() {
                long begin = core.ticker.nanos();
                markedKeys = core.ports.bases().countDirty();
                if (markedKeys > 0) {
                    core.notesWaiting.set(true);
                }
                boolean changing = markedKeys > 0 || readSinceCount || !hub.isUp();
                readSinceCount = false;
                long end = core.ticker.nanos();
                Duration pause = changing ? COUNT_PAUSE : QUIET_PAUSE;
                nextCountNanos = end + Math.max(pause.toNanos(), COUNT_SHARE * (end - begin));
            }
        };
    }

    /** Reports this device to the hub every ten seconds, which is also the canary. */
    Step heartbeat(HeartbeatFacts facts, FeedStep atlas) {
        return new Every("heartbeat", Duration.ofSeconds(10)) {
            private boolean wasOpen;

            /** The first one that can come back is sent as soon as the hub's feed is open, not up to ten seconds later. */
            @Override
            boolean isUrgent() {
                boolean open = atlas.isCurrent();
                boolean justOpened = open && !wasOpen;
                wasOpen = open;
                return justOpened;
            }

            @Override
            public long restNanos() {
                return wasOpen ? super.restNanos() : 0;
            }

            @Override
            void work() {
                if (hub.isUp()) {
                    membership.lookForTwin();
                    beat(facts, "active");
                }
                canary.judge(hub.isUp() && core.modes.bidirectional());
            }
        };
    }

    /** Figures that the heartbeat carries. */
    interface HeartbeatFacts {
        long lagMillis();

        long queueSize();

        long startedAtMillis();

        String version();
    }

    /** Reports this device to the hub. Blocking. */
    void beat(HeartbeatFacts facts, String role) {
        core.ports
                .hub()
                .heartbeat(new Heartbeat(
                        membership.instanceId(),
                        membership.reportedNonce(),
                        canary.send(),
                        facts.startedAtMillis() + core.time.nowMillis() - core.ticker.millis(),
                        facts.version(),
                        role,
                        facts.lagMillis(),
                        facts.queueSize(),
                        core.time.deviceAhead().map(Duration::toMillis),
                        core.problems.isRaised(FaultCode.IDENTITY_CLASH, membership.instanceId())));
    }

    /** Asks both servers for the time. */
    Step clocks() {
        return new Every("clock", Duration.ofSeconds(20)) {
            private long stored = Long.MIN_VALUE;

            @Override
            void work() {
                core.time.learn(Side.LOCAL, core.ports.clock().ask(Side.LOCAL));
                if (!hub.isUp()) {
                    return;
                }
                core.time.learn(Side.HUB, core.ports.clock().ask(Side.HUB));
                long offset = core.time.offsetMillis();
                if (stored == Long.MIN_VALUE || Math.abs(offset - stored) > 100) {
                    core.ports
                            .device()
                            .saveNote(CLOCK_NOTE, new BsonDocument("hubMinusDeviceMillis", new BsonInt64(offset)));
                    stored = offset;
                }
                warn();
            }

            private void warn() {
                Duration ahead = core.time.deviceAhead().orElse(Duration.ZERO);
                if (ahead.abs().compareTo(CLOCK_LIMIT) <= 0) {
                    core.problems.clear(FaultCode.CLOCK_OFFSET, "device");
                    return;
                }
                String detail = "The device's clock is " + ahead.abs().toMillis() + " ms "
                        + (ahead.isNegative() ? "behind" : "ahead of") + " the hub's. Times are corrected by that.";
                if (core.problems.raise(FaultCode.CLOCK_OFFSET, Severity.WARNING, "device", detail)) {
                    core.notices.tell("clock", detail);
                }
            }
        };
    }

    /** Tries quarantined changes again when they are due, or when the unique value that they want may be free. */
    Step quarantine() {
        return new Every("quarantine", Duration.ofSeconds(5)) {
            private long nextGuessNanos = core.ticker.nanos();
            private long nextCountNanos = core.ticker.nanos();

            @Override
            boolean isUrgent() {
                return core.ticker.nanos() - nextGuessNanos >= 0 && settlement.mayRetryFreed();
            }

            @Override
            public long restNanos() {
                return settlement.detainedCount() == 0 ? super.restNanos() : 0;
            }

            @Override
            void work() {
                nextGuessNanos = core.ticker.nanos() + GUESS_PAUSE.toNanos();
                if (quarantinedKeys() == 0 && core.ticker.nanos() - nextCountNanos < 0) {
                    return;
                }
                quarantinedKeys = core.ports.quarantine().count();
                nextCountNanos = core.ticker.nanos() + QUIET_PAUSE.toNanos();
                if (quarantinedKeys > 0 && hub.isUp()) {
                    settlement.retryDue(RETRIES_AT_ONCE);
                    settlement.retryFreed(GUESSES_AT_ONCE);
                }
            }
        };
    }

    /** Lists collections, forgets echoes that never came, and deletes that everybody has heard of. */
    Step housekeeping() {
        return new Every("housekeeping", Duration.ofSeconds(30)) {
            private long lastForgetNanos = core.ticker.nanos();

            @Override
            void work() {
                core.echoes.cleanUp(core.config.originTrackingCleanup());
                core.catalog.refresh(Side.LOCAL);
                if (hub.isUp()) {
                    core.catalog.refresh(Side.HUB);
                    outside.sometimes(leadership::mustHold);
                }
                if (core.ticker.nanos() - lastForgetNanos > Duration.ofHours(1).toNanos()) {
                    lastForgetNanos = core.ticker.nanos();
                    long oldest = core.time.nowMillis()
                            - core.config.tombstoneRetention().toMillis();
                    core.ports.bases().forgetDeletedBefore(Version.timeAt(oldest));
                }
            }
        };
    }

    /** Something done at most so often while this agent is the active one. */
    private abstract class Every implements Step {
        private final String name;
        private final Duration pause;
        private long nextNanos = core.ticker.nanos();
        private boolean immediately;

        Every(String name, Duration pause) {
            this.name = name;
            this.pause = pause;
        }

        abstract void work();

        /** Whether something happened that makes it wait no longer. Asked at every turn. */
        boolean isUrgent() {
            return false;
        }

        /** Whether to go on without the pause. */
        void again(boolean now) {
            immediately = now;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean run() {
            boolean urgent = isUrgent();
            if (!leadership.isReady() || (!immediately && !urgent && core.ticker.nanos() - nextNanos < 0)) {
                return false;
            }
            immediately = false;
            nextNanos = core.ticker.nanos() + pause.toNanos();
            try {
                work();
            } catch (SyncException e) {
                failed(e);
            }
            return true;
        }

        @Override
        public long restNanos() {
            return immediately ? 0 : nextNanos - core.ticker.nanos();
        }

        private void failed(SyncException e) {
            switch (e.code()) {
                case HUB_UNREACHABLE -> hub.down(e);
                case FENCED -> leadership.lost();
                case LOCAL_UNREACHABLE -> core.problems.raise(e.code(), Severity.ERROR, "local", e.getMessage());
                default -> core.problems.raise(e.code(), Severity.WARNING, name, e.getMessage());
            }
        }
    }

    /** The steps that need nothing but this object. */
    List<Step> own() {
        List<Step> steps = new ArrayList<>();
        steps.add(clocks());
        steps.add(quarantine());
        steps.add(housekeeping());
        return steps;
    }
}
