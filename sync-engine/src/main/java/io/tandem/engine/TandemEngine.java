package io.tandem.engine;

import com.mongodb.MongoClientSettings;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Side;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.run.Ports;
import io.tandem.engine.run.StepThreads;
import io.tandem.engine.run.SyncLoop;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import io.tandem.engine.time.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine over the driver: a loop, its ports and its threads. */
final class TandemEngine implements SyncEngine {
    private static final Logger LOG = LoggerFactory.getLogger(TandemEngine.class);
    private static final int WORKERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final MongoPorts ports;
    private final SyncLoop loop;
    private @Nullable StepThreads threads; // guarded by this
    private boolean closed; // guarded by this

    private TandemEngine(MongoPorts ports, SyncLoop loop) {
        this.ports = ports;
        this.loop = loop;
    }

    static SyncEngine create(EngineConfig config, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        Resolvers resolvers = Resolvers.discover();
        requireStrategies(config, resolvers);
        Ticker ticker = Ticker.system();
        MongoPorts mongo = MongoPorts.open(config, ticker, customizer);
        Ports ports = new Ports(
                mongo.localChanges(),
                mongo::hubChanges,
                mongo.reader(),
                mongo.target(),
                mongo.bases(),
                mongo.quarantine(),
                mongo.conflictLog(),
                mongo.device(),
                mongo.hub(),
                mongo.scanner(),
                mongo.clock(),
                ticker,
                new SecureRandom(),
                mongo::fence);
        String version = Optional.ofNullable(TandemEngine.class.getPackage().getImplementationVersion())
                .orElse("development");
        SyncLoop loop = new SyncLoop(config, ports, resolvers, UUID.randomUUID().toString(), version, WORKERS);
        loop.alsoDo(facts -> chores(config, mongo, facts));
        return new TandemEngine(mongo, loop);
    }

    private static void chores(EngineConfig config, MongoPorts mongo, SyncLoop.Facts facts) {
        for (Side side : Side.values()) {
            facts.settledTo(side)
                    .flatMap(position -> mongo.oplogWindowLeft(side, position))
                    .ifPresent(left -> facts.historyLeft(side, left));
        }
        if (config.syncIndexes()) {
            for (String collection : facts.settledCollections()) {
                facts.mustHold();
                mongo.indexes()
                        .copy(
                                collection,
                                (side, index) -> facts.tell(
                                        "index",
                                        "Index '" + index + "' of '" + collection + "' was copied to the "
                                                + (side == Side.LOCAL ? "local" : "atlas") + " side"));
            }
        }
    }

    private static void requireStrategies(EngineConfig config, Resolvers resolvers) {
        Set<String> wanted = new TreeSet<>(config.conflictOverrides().values());
        wanted.add(config.conflictStrategy());
        wanted.forEach(name -> resolvers.get(name, Set.of(), Set.of()));
    }

    @Override
    public synchronized void start() {
        if (threads != null || closed) {
            throw new IllegalStateException("an engine is started once");
        }
        threads = new StepThreads(loop, Ticker.system(), PATIENCE);
    }

    @Override
    public EngineStatus status() {
        return loop.status();
    }

    @Override
    public void addListener(EngineListener listener) {
        loop.addListener(listener);
    }

    @Override
    public void setBidirectional(boolean enabled) {
        loop.setBidirectional(enabled);
    }

    @Override
    public void setMode(String collection, CollectionMode mode) {
        loop.setMode(collection, mode);
    }

    @Override
    public void pause(String collection) {
        loop.pause(collection);
    }

    @Override
    public void resume(String collection) {
        loop.resume(collection);
    }

    @Override
    public void approveDeletes(String collection) {
        loop.approveDeletes(collection);
    }

    @Override
    public void rejectDeletes(String collection) {
        loop.rejectDeletes(collection);
    }

    @Override
    public List<BsonValue> heldDeletes(String collection, int limit) {
        return loop.heldDeletes(collection, limit);
    }

    @Override
    public void acceptHub() {
        loop.acceptHub();
    }

    @Override
    public void resync(Optional<String> collection) {
        loop.resync(collection);
    }

    @Override
    public ConflictPage conflicts(ConflictQuery query) {
        return ports.conflictLog().page(query);
    }

    @Override
    public Optional<ConflictEntry> conflict(String id) {
        return ports.conflictLog().find(id);
    }

    @Override
    public ConflictEntry restoreConflict(String id) {
        return loop.restoreConflict(id);
    }

    @Override
    public List<QuarantineEntry> quarantine(int limit) {
        return ports.quarantine().list(limit);
    }

    @Override
    public void retryQuarantined(String id) {
        loop.retryQuarantined(id);
    }

    @Override
    public void dropQuarantined(String id) {
        loop.dropQuarantined(id);
    }

    @Override
    public List<Device> devices() {
        return loop.devices();
    }

    @Override
    public Verification verify(VerifyRequest request) {
        return loop.verify(request);
    }

    @Override
    public void close() {
        StepThreads running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = threads;
        }
        try {
            if (running != null) {
                running.close();
                for (SyncException failure : loop.shutDown()) {
                    LOG.warn("While stopping: {}", failure.getMessage());
                }
            }
        } finally {
            ports.close();
        }
    }
}
