package io.tandem.engine.run;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.scan.Resync;
import io.tandem.engine.scan.Vanished;
import io.tandem.engine.scan.Verifier;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictEntry.Winner;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The engine without threads: its steps, and what operators can ask of it. Everything outside comes in through {@link Ports}, so
 * that the same loop runs over MongoDB and in a simulation. Operator methods may be called by any thread; each step by one.
 *
 * <p>Follow one change: {@code watch/ChangeTail}, {@code dirty/DirtyKeys}, {@code read/ThreeStateReader},
 * {@code plan/Planner}, {@code write/GuardedWriter}, {@code checkpoint/Checkpointer}.
 */
public final class SyncLoop {
    private static final int RESTORE_ATTEMPTS = 5;
    private static final long NOTHING_TO_SCAN_NANOS = 400_000_000L;

    private final Core core;
    private final Leadership leadership;
    private final Membership membership;
    private final HubLink hub;
    private final Settlement settlement;
    private final HeldDeletesDesk heldDeletes;
    private final Checkpoints checkpoints;
    private final CanaryWatch canary;
    private final Upkeep upkeep;
    private final Resync resync;
    private final Vanished vanished;
    private final FeedStep localFeed;
    private final FeedStep atlasFeed;
    private final HistoryGate history;
    private final StatusBoard board;
    private final List<Step> steps = new ArrayList<>();
    private volatile boolean hubLeftOut;

    /**
     * A loop that has not done anything yet.
     *
     * @param agent unique among all running agents of all devices
     * @param version of Tandem, for the heartbeat
     * @param workers how many reconcilers there are
     */
    public SyncLoop(EngineConfig config, Ports ports, Resolvers resolvers, String agent, String version, int workers) {
        this.core = new Core(config, ports, resolvers, workers);
        this.leadership = new Leadership(core, agent, new Bootstrap());
        this.membership = new Membership(core);
        this.hub = new HubLink(core, leadership, new Joiner());
        this.settlement = new Settlement(core, leadership);
        this.heldDeletes = new HeldDeletesDesk(core);
        this.checkpoints = new Checkpoints(core);
        this.canary = new CanaryWatch(core.ticker);
        this.upkeep = new Upkeep(core, leadership, hub, membership, settlement, canary);
        this.resync = new Resync(
                ports.scanner(),
                ports.bases(),
                ports.device(),
                core.queue,
                core.deleteGuard,
                config.maxDeleteMin(),
                core.ticker,
                new ScanRules());
        this.vanished = new Vanished(ports.scanner(), ports.reader(), ports.bases());
        FeedStep.Lost lost = new LostHistory();
        ChangeTail.Listener listener = new TailListener();
        this.localFeed = new FeedStep(
                core,
                Side.LOCAL,
                leadership,
                ports::localChanges,
                core.time::isOffsetKnown, // what happens before the first contact is part of what that finds
                () -> true,
                checkpoints,
                lost,
                listener);
        this.atlasFeed = new FeedStep(
                core,
                Side.HUB,
                leadership,
                this::hubChanges,
                () -> core.modes.bidirectional() && hub.isUp() && !hubLeftOut,
                this::leavesRoomForTheDevice,
                checkpoints,
                lost,
                listener);
        this.history = new HistoryGate(core, localFeed, atlasFeed);
        this.board = new StatusBoard(
                core, leadership, membership, hub, upkeep, resync, localFeed, atlasFeed, canary, version);
        steps.add(leadership);
        steps.add(hub);
        steps.add(localFeed);
        steps.add(atlasFeed);
        for (int i = 1; i <= workers; i++) {
            steps.add(
                    new Reconciler(core, "worker-" + i, leadership, hub, membership, heldDeletes, settlement, history));
        }
        steps.add(new ScanStep("scan-1", true));
        steps.add(new ScanStep("scan-2", false));
        steps.add(upkeep.checkpoints(checkpoints, localFeed, atlasFeed, lost, this::isNoted));
        steps.add(upkeep.heartbeat(board, atlasFeed));
        steps.add(upkeep.marks(localFeed::isCatchingUp));
        steps.addAll(upkeep.own());
    }

    /**
     * What the hub's feed tells often waits until the device's feed has told of everything before. While that has a backlog, the hub's feed
     * may fill one half of the queue only, or the two would wait for each other.
     */
    private boolean leavesRoomForTheDevice() {
        return !localFeed.isCatchingUp() || core.queue.hasRoom(Lane.BACKGROUND);
    }

    private ChangeSource hubChanges() {
        return core.ports.hubChanges().apply(membership.instanceId());
    }

    /** The activities; call each again and again. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Waits until a worker may begin with a batch, at most so long; returns whether it may. Only for the threads of a service. */
    public boolean awaitWork(long millisMax) throws InterruptedException {
        return core.queue.awaitWork(millisMax, core.batchSize.keys(), core.pace.spacingNanos());
    }

    public EngineStatus status() {
        return board.status();
    }

    public void addListener(EngineListener listener) {
        core.notices.add(listener);
    }

    /** Turns the direction hub to device on or off. */
    public void setBidirectional(boolean enabled) {
        if (core.modes.bidirectional() == enabled) {
            return;
        }
        core.modes.bidirectional(enabled);
        hubLeftOut |= !enabled && resync.isResyncing();
        core.leftAlone.clear();
        core.notices.tell("toggle", "Bidirectional sync " + (enabled ? "enabled" : "disabled"));
        core.modesNote.changed();
        settleModes();
    }

    public void setMode(String collection, CollectionMode mode) {
        requireApplication(collection);
        changeMode(collection, () -> core.modes.override(collection, mode));
    }

    public void pause(String collection) {
        requireApplication(collection);
        changeMode(collection, () -> core.modes.pause(collection));
    }

    public void resume(String collection) {
        requireApplication(collection);
        if (core.modes.held(collection).isPresent()) {
            throw new IllegalArgumentException("'" + collection
                    + "' is held by the delete guard; approve or reject its deletes instead of resuming it");
        }
        changeMode(collection, () -> core.modes.unpause(collection));
    }

    public void approveDeletes(String collection) {
        requireHeld(collection);
        core.deleteGuard.lift(collection);
        release(collection, "deletes approved");
    }

    public void rejectDeletes(String collection) {
        Side goneFrom = requireHeld(collection);
        vanished.disbelieve(collection, goneFrom);
        core.deleteGuard.restore(collection);
        release(collection, "deletes rejected");
    }

    public List<BsonValue> heldDeletes(String collection, int limit) {
        return vanished.list(collection, requireHeld(collection), limit);
    }

    public void resync(Optional<String> collection) {
        requireReady();
        if (collection.isPresent()) {
            requireApplication(collection.get());
            resync.request(Set.of(collection.get()), "asked for by an operator");
        } else {
            resync.requestAll("asked for by an operator");
        }
    }

    /** Gives the device to the hub it is configured with; see {@link io.tandem.engine.SyncEngine#acceptHub}. */
    public void acceptHub() {
        requireReady();
        core.queue.clear();
        resync.requestAll("the device joins another hub");
        checkpoints.clear(Side.HUB);
        core.ports.bases().forgetAll();
        membership.leaveHub();
        atlasFeed.restart();
        hub.meetAgain();
    }

    /** Puts the loser of a conflict back as a new change of this device. */
    public ConflictEntry restoreConflict(String id) {
        ConflictEntry entry = core.ports
                .conflictLog()
                .find(id)
                .orElseThrow(() -> new IllegalArgumentException("there is no conflict '" + id + "'"));
        DocKey key = DocKey.of(entry.collection(), entry.documentId());
        Optional<BsonDocument> loser = entry.winner() == Winner.LOCAL ? entry.hubDocument() : entry.localDocument();
        Optional<RawBsonDocument> content =
                loser.map(document -> Doc.of(document).content());
        for (int attempt = 0; attempt < RESTORE_ATTEMPTS; attempt++) {
            Map<DocKey, Doc> now = core.ports.reader().readLocal(List.of(key));
            Optional<Doc> seen = Optional.ofNullable(now.get(key));
            if (seen.map(Doc::content).equals(content)) {
                core.ports.conflictLog().restored(id);
                return entry;
            }
            Outcome outcome = core.ports
                    .target()
                    .swap(Side.LOCAL, List.of(new Swap(key, seen, content)))
                    .get(0);
            if (outcome instanceof Outcome.Refused refused) {
                throw new SyncException(refused.code(), "the loser could not be put back: " + refused.message());
            }
            if (outcome instanceof Outcome.Applied) {
                core.ports.conflictLog().restored(id);
                core.queue.add(key, Hints.NONE, Lane.LIVE, Optional.empty());
                return core.ports.conflictLog().find(id).orElse(entry);
            }
        }
        throw new SyncException(
                FaultCode.UNKNOWN,
                "the loser could not be put back: the document in '" + entry.collection()
                        + "' changes all the time; try again when it is quiet");
    }

    public void retryQuarantined(String id) {
        requireReady();
        settlement.retryNow(detained(id));
    }

    public void dropQuarantined(String id) {
        requireReady();
        settlement.drop(detained(id));
    }

    public List<Device> devices() {
        return core.ports.hub().devices(membership.instanceId());
    }

    /** Compares both sides; works on a loop that was never started. */
    public Verification verify(VerifyRequest request) {
        if (request.repair()) {
            requireReady();
        }
        return new Verifier(core.ports.scanner(), core.ports.reader(), core.ports.bases(), core.ticker)
                .verify(
                        request,
                        core.modes::ignoringSwitch,
                        key -> core.queue.add(key, Hints.NONE, Lane.BACKGROUND, Optional.empty()));
    }

    /** What {@link #alsoDo} is given to do its work. */
    public interface Chores {
        /** Blocking; called about twice a minute while both sides can be reached. */
        void sometimes(Facts facts);
    }

    /** What chores may ask of the loop, and tell it. */
    public final class Facts {
        private final Runnable mustHold;

        private Facts(Runnable mustHold) {
            this.mustHold = mustHold;
        }

        /** Throws when this agent may no longer write. */
        public void mustHold() {
            mustHold.run();
        }

        /** How far a side's feed is settled. */
        public Optional<Position> settledTo(Side side) {
            return (side == Side.LOCAL ? localFeed : atlasFeed).tail().settledTo();
        }

        /** Notes how much history is left on a side before that is lost. */
        public void historyLeft(Side side, Duration left) {
            board.oplogWindowLeft(side, left);
        }

        /** Collections on both sides that are synced both ways, while no comparison is under way. */
        public Set<String> settledCollections() {
            Set<String> names = new TreeSet<>();
            if (!resync.isActive()) {
                core.catalog.names().stream()
                        .filter(name -> core.modes.of(name) == CollectionMode.BOTH && core.catalog.isOrdinary(name))
                        .forEach(names::add);
            }
            return names;
        }

        public void tell(String kind, String text) {
            core.notices.tell(kind, text);
        }
    }

    /** Adds chores of the owner of the ports. */
    public void alsoDo(Chores chores) {
        upkeep.outside(mustHold -> chores.sometimes(new Facts(mustHold)));
    }

    /** Whether nothing is left to do as far as this agent knows; for shutdown and for tests. */
    public boolean isQuiet() {
        return core.queue.size() == 0 && !resync.isResyncing();
    }

    /** Saves positions and gives the lease back. Call when no step runs any more; failures are collected, not thrown. */
    public List<SyncException> shutDown() {
        List<SyncException> failures = new ArrayList<>();
        if (leadership.isReady()) {
            attempt(failures, () -> savePosition(Side.LOCAL, localFeed.tail()));
            if (core.modes.bidirectional() && atlasFeed.isCurrent()) {
                attempt(failures, () -> savePosition(Side.HUB, atlasFeed.tail()));
            }
            if (hub.isUp()) {
                attempt(failures, () -> upkeep.beat(board, "stopped"));
            }
        }
        localFeed.tail().close();
        atlasFeed.tail().close();
        resync.stop();
        attempt(failures, leadership::release);
        return failures;
    }

    private void savePosition(Side side, ChangeTail tail) {
        Optional<Position> settled = tail.settledTo();
        if (isNoted()) {
            checkpoints.save(side, settled);
        }
    }

    /** What is done for a feed that cannot tell everything. */
    private final class LostHistory implements FeedStep.Lost {
        @Override
        public void resyncAll(Side side, String why) {
            resync.requestAll(why);
        }

        @Override
        public void savePosition(Side side, ChangeTail tail) {
            SyncLoop.this.savePosition(side, tail);
        }
    }

    private static void attempt(List<SyncException> failures, Runnable action) {
        try {
            action.run();
        } catch (SyncException e) {
            failures.add(e);
        }
    }

    private final class Bootstrap implements Leadership.Bootstrap {
        @Override
        public void takeOver(long fence) {
            SyncLoop.this.takeOver(fence);
        }

        @Override
        public void standBy() {
            membership.look();
        }
    }

    /** Reads everything that has to be known before this agent may work. */
    private void takeOver(long fence) {
        core.ports.fence().accept(fence);
        core.queue.clear();
        history.clear();
        core.modesNote.forget();
        checkpoints.forget();
        core.askTime(Side.LOCAL);
        core.ports
                .device()
                .note(Upkeep.CLOCK_NOTE)
                .ifPresent(note -> core.time.remember(
                        note.getNumber("hubMinusDeviceMillis").longValue()));
        membership.load();
        resync.resume();
        Optional<BsonDocument> modes = core.ports.device().note(Modes.NOTE);
        modes.ifPresent(core.modes::restoreHeld);
        for (String collection : core.modes.heldCollections()) {
            core.problems.raise(FaultCode.DELETE_GUARD, Severity.WARNING, collection, core.modes.reason(collection));
        }
        Set<String> freed = modes.map(core.modes::freedSince).orElse(Set.of());
        freed.forEach(core.modes::owe);
        core.modesNote.changed();
        payOwed();
        settlement.load();
        core.notesWaiting.set(true);
    }

    private void changeMode(String collection, Runnable change) {
        CollectionMode before = core.modes.of(collection);
        CollectionMode ownBefore = core.modes.ignoringSwitch(collection);
        boolean owedBefore = core.modes.owed().containsKey(collection);
        long debt = core.modes.owe(collection);
        change.run();
        CollectionMode now = core.modes.of(collection);
        if (now != before) {
            core.leftAlone.forget(collection);
            core.observations.forget(collection);
            core.notices.tell("mode", "Collection '" + collection + "' is now " + now.label());
        }
        boolean freer = core.modes.ignoringSwitch(collection).compareTo(ownBefore) < 0;
        if (!freer && !owedBefore) {
            core.modes.compared(collection, debt); // not freer: there is nothing to catch up with
        }
        settleModes();
    }

    private void release(String collection, String why) {
        core.modes.owe(collection);
        core.modes.release(collection);
        core.leftAlone.forget(collection);
        core.problems.clear(FaultCode.DELETE_GUARD, collection);
        core.notices.tell("delete-guard", "Collection '" + collection + "': " + why);
        settleModes();
    }

    /** Brings to the device what changed about modes, now if this agent may, else as soon as it may. Blocking. */
    private void settleModes() {
        if (leadership.isReady()) {
            payOwed();
        }
    }

    /** A collection that was freed is compared; only when that is noted may the note say that it is free. */
    private void payOwed() {
        core.modes.owed().forEach((collection, number) -> {
            resync.request(Set.of(collection), "'" + collection + "' is followed again");
            core.notesWaiting.set(true);
            if (resync.isNoted()) {
                core.modes.compared(collection, number);
            }
        });
        core.modesNote.save();
    }

    /**
     * While bidirectional sync is disabled a comparison leaves the hub out. Its saved position would then stand for a comparison
     * that never was; without it, enabling compares everything. Blocking.
     */
    private void forgetHubPosition() {
        checkpoints.clear(Side.HUB);
        atlasFeed.restart();
        hubLeftOut = false;
    }

    /** Whether the device knows of every mode and every comparison that was asked for, so that positions may be saved. */
    private boolean isNoted() {
        settleModes();
        if (hubLeftOut && leadership.isReady()) {
            forgetHubPosition();
        }
        return !hubLeftOut && core.modesNote.isSaved() && resync.isNoted();
    }

    private void requireReady() {
        if (!leadership.isReady()) {
            throw new IllegalStateException(
                    "this agent is not the active one of its device, or the local database cannot be reached");
        }
    }

    private void requireApplication(String collection) {
        if (collection.isBlank() || !new Names(core.config.scope()).isApplication(collection)) {
            throw new IllegalArgumentException("'" + collection + "' is not a collection that can be synced");
        }
    }

    /** The side from which the documents of a held collection are gone. */
    private Side requireHeld(String collection) {
        requireReady();
        String towards = core.modes
                .held(collection)
                .orElseThrow(
                        () -> new IllegalArgumentException("the delete guard holds no deletes of '" + collection + "'"))
                .towards();
        return towards.equals("local") ? Side.HUB : Side.LOCAL;
    }

    private DocKey detained(String id) {
        return core.ports
                .quarantine()
                .find(id)
                .orElseThrow(() -> new IllegalArgumentException("there is no quarantine entry '" + id + "'"));
    }

    /** Compares collections, and starts the polls of a server without change streams. */
    private final class ScanStep implements Step {
        private final String name;
        private final boolean startsPolls;
        private long lastPollNanos = core.ticker.nanos() - Duration.ofDays(1).toNanos();

        ScanStep(String name, boolean startsPolls) {
            this.name = name;
            this.startsPolls = startsPolls;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean run() {
            if (!leadership.isReady()) {
                return false;
            }
            try {
                if (hubLeftOut) {
                    forgetHubPosition();
                }
                if (resync.isResyncing()) {
                    return feedsCoverTheScan() && resync.step();
                }
                if (startsPolls && localFeed.isPolling() && pollIsDue() && resync.requestPoll()) {
                    lastPollNanos = core.ticker.nanos();
                }
                return resync.step();
            } catch (SyncException e) {
                return failed(e);
            }
        }

        @Override
        public long restNanos() {
            return leadership.isReady() && !resync.isActive() ? NOTHING_TO_SCAN_NANOS : 0;
        }

        /** A scan is only worth something if no change after it goes unseen. */
        private boolean feedsCoverTheScan() {
            return hub.isUp() && localFeed.isFollowing() && (!core.modes.bidirectional() || atlasFeed.isFollowing());
        }

        private boolean pollIsDue() {
            return core.ticker.nanos() - lastPollNanos
                    > core.config.localPollInterval().toNanos();
        }

        private boolean failed(SyncException e) {
            switch (e.code()) {
                case HUB_UNREACHABLE -> hub.down(e);
                case FENCED -> leadership.lost();
                case LOCAL_UNREACHABLE -> core.problems.raise(e.code(), Severity.ERROR, "local", e.getMessage());
                default -> core.problems.raise(e.code(), Severity.WARNING, "resync", e.getMessage());
            }
            return false;
        }
    }

    /** What the scan asks and tells. */
    private final class ScanRules implements Resync.Rules {
        @Override
        public boolean mayScan(String collection) {
            return core.modes.of(collection) != CollectionMode.PAUSED && core.catalog.isOrdinary(collection);
        }

        @Override
        public boolean isLeftAlone(DocKey key, ContentHash local) {
            return core.leftAlone.contains(key, local);
        }

        @Override
        public boolean readsHub(String collection) {
            boolean reads = !core.modes.policy(collection).pushOnly();
            if (!reads && !core.modes.bidirectional() && core.modes.wantsHub(collection)) {
                forgetHubPosition();
            }
            return reads;
        }

        @Override
        public void finished(String collection) {
            if (core.deleteGuard.isLifted(collection)) {
                core.deleteGuard.restore(collection);
            }
        }

        @Override
        public void held(String collection, Held held) {
            heldDeletes.hold(collection, held, "a comparison found them missing");
        }

        @Override
        public void progress(String text, boolean ended) {
            if (ended) {
                core.stats.resyncs.incrementAndGet();
            }
            core.notices.tell(ended ? "resync-finished" : "resync-started", text);
        }
    }

    /** What the tails tell beside keys. */
    private final class TailListener implements ChangeTail.Listener {
        @Override
        public void echo(Side side) {
            core.stats.echo(side);
        }

        @Override
        public void event(Side side) {
            (side == Side.LOCAL ? localFeed : atlasFeed).eventSeen();
        }

        @Override
        public void heartbeat(long number) {
            canary.back(number);
        }

        @Override
        public void dropped(Side side, String collection) {
            if (core.modes.of(collection) == CollectionMode.PAUSED
                    || (side == Side.HUB && core.modes.of(collection) == CollectionMode.PUSH_ONLY)) {
                return;
            }
            long agreed = core.ports.bases().countLive(collection);
            if (agreed > 0 && !core.deleteGuard.isLifted(collection)) {
                String where = side == Side.LOCAL ? "on this device" : "on the hub";
                heldDeletes.hold(
                        collection, new Held(side.other(), agreed, agreed), "the collection was dropped " + where);
            }
        }

        @Override
        public void renamed(Side side, String from, String to) {
            Names names = new Names(core.config.scope());
            if (names.isApplication(from)) {
                dropped(side, from);
            }
            if (names.isApplication(to)) {
                resync.request(Set.of(to), "'" + from + "' was renamed to '" + to + "'");
            }
        }

        @Override
        public void databaseDropped(Side side) {
            core.notices.tell(
                    "database-dropped",
                    "The " + (side == Side.LOCAL ? "local" : "hub")
                            + " database was dropped; no delete is carried out");
            if (side == Side.LOCAL) {
                leadership.lost();
                return;
            }
            for (String collection : core.ports.bases().collections()) {
                dropped(side, collection);
            }
        }
    }

    /** Meeting the hub: is it the right one, and what does meeting it mean? */
    private final class Joiner implements HubLink.Joiner {
        @Override
        public boolean join() {
            core.ports.hub().prepare((int)
                    Math.max(1, core.config.tombstoneRetention().toDays()));
            Membership.Joined joined = membership.join();
            if (joined == Membership.Joined.REFUSED) {
                return false;
            }
            if (joined == Membership.Joined.RESTORED) {
                resync.requestAll("the hub was restored from a backup");
                for (String collection : core.ports.bases().collections()) {
                    vanished.disbelieve(collection, Side.HUB);
                }
            }
            if (joined != Membership.Joined.SAME) {
                membership.adopt();
            }
            membership.drawNonce();
            upkeep.beat(board, "active");
            membership.confirmNonce();
            return true;
        }

        @Override
        public void linked() {
            core.notesWaiting.set(true);
            core.notices.tell("hub-linked", "The hub can be reached");
        }
    }
}
