package io.tandem.agent.service;

import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/** An engine that says what a test tells it to and remembers what it was asked. Any thread. */
public final class FakeEngine implements SyncEngine {
    public static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
    public static final ObjectId CONFLICT_ID = new ObjectId("655f00000000000000000001");

    private final EngineConfig config;
    private final List<String> orders = new CopyOnWriteArrayList<>();
    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();
    private volatile EngineStatus status;
    private volatile boolean hubAway;
    private volatile CountDownLatch verifyGate = new CountDownLatch(0);
    private volatile CountDownLatch conflictsGate = new CountDownLatch(0);
    private volatile CountDownLatch conflictsWaiting = new CountDownLatch(0);

    public FakeEngine(EngineConfig config) {
        this.config = config;
        this.status = healthy(config.bidirectionalEnabled());
    }

    public static EngineStatus healthy(boolean bidirectional) {
        FeedStatus feed = new FeedStatus(
                FeedStatus.State.CONNECTED, FeedStatus.Kind.CHANGE_STREAM, Optional.of(AT), 0, Optional.of(AT));
        return new EngineStatus(
                AT,
                AT,
                bidirectional,
                "till-7",
                EngineStatus.Role.ACTIVE,
                EngineStatus.Condition.HEALTHY,
                List.of(),
                feed,
                feed,
                true,
                0,
                Optional.of(Duration.ofMillis(12)),
                new DirectionStats(10, 10, 0, 2, 12.5, 10, 20, 30, 0, 0.5),
                new DirectionStats(7, 7, 0, 1, 8.5, 7, 15, 25, 0, 0.1),
                3,
                1,
                0,
                0,
                0,
                1,
                List.of(collection("menuitems", CollectionMode.BOTH), collection("orders", CollectionMode.PAUSED)),
                Optional.empty(),
                new EngineStatus.Canary(Optional.of(AT), Optional.of(Duration.ofMillis(40)), EngineStatus.Flow.FLOWING),
                Map.of("local", Duration.ofHours(24), "atlas", Duration.ofHours(48)));
    }

    private static CollectionStatus collection(String name, CollectionMode mode) {
        return new CollectionStatus(
                name,
                mode,
                mode == CollectionMode.PAUSED ? "paused by hand" : "",
                Optional.empty(),
                4,
                5,
                1,
                0,
                0,
                CollectionStatus.Observed.NONE,
                Optional.of(AT));
    }

    public EngineConfig config() {
        return config;
    }

    /** What it was asked to do, in order. */
    public List<String> orders() {
        return List.copyOf(orders);
    }

    public void say(EngineStatus now) {
        status = now;
    }

    public void hubAway(boolean away) {
        hubAway = away;
    }

    /** A verification waits until the gate opens. */
    public void holdVerify(CountDownLatch gate) {
        verifyGate = gate;
    }

    /** Questions about conflicts wait until the gate opens, as with a hub that hangs; each one that waits counts the other latch down. */
    public void holdConflicts(CountDownLatch gate, CountDownLatch waiting) {
        conflictsWaiting = waiting;
        conflictsGate = gate;
    }

    public void emit(EngineListener.Change change) {
        listeners.forEach(listener -> listener.changeSettled(change));
    }

    public void emit(String kind, String text) {
        listeners.forEach(listener -> listener.noticed(new EngineListener.Notice(AT, kind, text)));
    }

    public static EngineListener.Change change(String direction, String operation, int number) {
        return new EngineListener.Change(AT, direction, "menuitems", new BsonInt32(number), operation, "applied", 3.5);
    }

    /** The status with a problem. */
    public static EngineStatus with(EngineStatus base, FaultCode code, Problem.Severity severity, String subject) {
        List<Problem> problems = new ArrayList<>(base.problems());
        problems.add(new Problem(code, severity, subject, "seen by the test", AT));
        return new Statuses(base).problems(problems).build();
    }

    @Override
    public void start() {
        orders.add("start");
    }

    @Override
    public EngineStatus status() {
        return status;
    }

    @Override
    public void addListener(EngineListener listener) {
        listeners.add(listener);
    }

    @Override
    public void setBidirectional(boolean enabled) {
        orders.add("bidirectional " + enabled);
        status = new Statuses(status).bidirectional(enabled).build();
    }

    @Override
    public void setMode(String collection, CollectionMode mode) {
        known(collection);
        orders.add("mode " + collection + " " + mode.label());
    }

    @Override
    public void pause(String collection) {
        known(collection);
        orders.add("pause " + collection);
    }

    @Override
    public void resume(String collection) {
        known(collection);
        orders.add("resume " + collection);
    }

    @Override
    public void approveDeletes(String collection) {
        known(collection);
        orders.add("approve " + collection);
    }

    @Override
    public void rejectDeletes(String collection) {
        known(collection);
        orders.add("reject " + collection);
    }

    @Override
    public List<BsonValue> heldDeletes(String collection, int limit) {
        known(collection);
        return List.of(new BsonInt32(1), new BsonString("two"));
    }

    @Override
    public void acceptHub() {
        orders.add("accept-hub");
    }

    @Override
    public void resync(Optional<String> collection) {
        collection.ifPresent(this::known);
        orders.add("resync " + collection.orElse("all"));
    }

    @Override
    public ConflictPage conflicts(ConflictQuery query) {
        reachHub();
        conflictsWaiting.countDown();
        try {
            conflictsGate.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (query.cursor().isPresent() && !query.cursor().get().equals("next")) {
            throw new IllegalArgumentException("the cursor is not one of this list");
        }
        return new ConflictPage(1, 1, List.of(entry()), Optional.empty());
    }

    @Override
    public Optional<ConflictEntry> conflict(String id) {
        reachHub();
        return id.equals(CONFLICT_ID.toHexString()) ? Optional.of(entry()) : Optional.empty();
    }

    @Override
    public ConflictEntry restoreConflict(String id) {
        orders.add("restore " + id);
        return conflict(id).orElseThrow(() -> new IllegalArgumentException("there is no conflict " + id));
    }

    private static ConflictEntry entry() {
        return new ConflictEntry(
                CONFLICT_ID.toHexString(),
                "menuitems",
                new BsonObjectId(CONFLICT_ID),
                AT,
                "till-7",
                "last-write-wins",
                ConflictEntry.Winner.ATLAS,
                Optional.of(new BsonDocument("price", new BsonInt32(25))),
                new ConflictEntry.VersionView(AT, "till-7", 1L << 60),
                Optional.of(new BsonDocument("price", new BsonInt64(Long.MAX_VALUE))),
                new ConflictEntry.VersionView(Instant.EPOCH, "atlas", 7),
                Optional.empty());
    }

    @Override
    public List<QuarantineEntry> quarantine(int limit) {
        return List.of(new QuarantineEntry(
                "q1",
                "menuitems",
                new BsonInt32(1),
                "atlasToLocal",
                "SYNC-301",
                "E11000",
                Optional.empty(),
                Optional.of(new BsonDocument("name", new BsonString("x"))),
                3,
                AT,
                AT));
    }

    @Override
    public void retryQuarantined(String id) {
        quarantined(id);
        orders.add("retry " + id);
    }

    @Override
    public void dropQuarantined(String id) {
        quarantined(id);
        orders.add("drop " + id);
    }

    @Override
    public List<Device> devices() {
        reachHub();
        return List.of(new Device("till-7", AT, AT, "0.1.0", "active", 0, 0, Optional.of(12L), false, true));
    }

    @Override
    public Verification verify(VerifyRequest request) {
        orders.add("verify " + request.collection().orElse("all") + " " + request.samplePercent() + " "
                + request.repair());
        request.progress()
                .accept(new ResyncProgress(
                        "verify", "menuitems", 50, 100, 1, 10, Optional.of(Duration.ofSeconds(5)), AT));
        try {
            verifyGate.await();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new Verification(List.of());
        }
        return new Verification(List.of(new Verification.CollectionResult(
                "menuitems",
                10,
                11,
                9,
                1,
                1,
                0,
                3,
                0,
                List.of(new Verification.Difference(new BsonInt32(1), "different")))));
    }

    @Override
    public void close() {
        orders.add("close");
    }

    private void reachHub() {
        if (hubAway) {
            throw new SyncException(FaultCode.HUB_UNREACHABLE, "no answer from mongodb://u:planted-password@hub/x");
        }
    }

    private static void quarantined(String id) {
        if (!id.equals("q1")) {
            throw new IllegalArgumentException("there is no quarantine entry " + id);
        }
    }

    private void known(String collection) {
        if (status.collections().stream().noneMatch(one -> one.name().equals(collection))) {
            throw new IllegalArgumentException("there is no collection '" + collection + "' on either side");
        }
    }
}
