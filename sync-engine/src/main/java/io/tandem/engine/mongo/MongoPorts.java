package io.tandem.engine.mongo;

import com.mongodb.MongoClientSettings;
import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.ConflictLog;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.QuarantineStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/**
 * All ports of the engine over two MongoDB servers. Thread-safe. Connects when first used; every method of every port throws
 * {@link SyncException} when its server cannot be reached, and works again once it can.
 */
public final class MongoPorts implements AutoCloseable {
    /** How long the local server waits for the next change; also how late a stop is noticed. */
    static final Duration LOCAL_AWAIT = Duration.ofMillis(600);
    /** The same for the hub, where every question counts against small tiers' quotas. */
    static final Duration HUB_AWAIT = Duration.ofMillis(1800);

    private final EngineConfig config;
    private final Names names;
    private final Link local;
    private final Link hub;
    private final Workers workers = new Workers();
    private final ExecutorService readAhead = ReadAhead.newThreads();
    private final MongoClockProbe clock;
    private final StateReader reader;
    private final MongoConflictLog conflictLog;
    private final GuardedTarget target;
    private final MongoBaseStore bases;
    private final QuarantineStore quarantine;
    private final DeviceStore device;
    private final HubStore hubStore;
    private final KeyScanner scanner;
    private volatile String instanceId;

    private MongoPorts(EngineConfig config, Ticker ticker, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        this.config = config;
        this.names = new Names(config.scope());
        this.instanceId = config.instanceId().orElse("");
        this.local = new Link(Side.LOCAL, config.localUri(), config.localDatabase(), customizer);
        this.hub = new Link(Side.HUB, config.hubUri(), config.hubDatabase(), customizer);
        this.clock = new MongoClockProbe(Map.of(Side.LOCAL, local, Side.HUB, hub), ticker);
        this.reader = new MongoStateReader(local, hub, names, workers);
        this.conflictLog = new MongoConflictLog(hub, names, clock, () -> instanceId);
        this.target = new MongoTarget(local, hub, names, workers, conflictLog, ticker);
        this.bases = new MongoBaseStore(local, names);
        this.quarantine = new MongoQuarantineStore(local, names);
        this.device = new MongoDeviceStore(local, names, ticker);
        this.hubStore = new MongoHubStore(hub, names);
        this.scanner = new MongoKeyScanner(local, hub, names, readAhead);
    }

    /** The ports of an engine with these settings. Opens no connection yet. */
    public static MongoPorts open(EngineConfig config, Ticker ticker) {
        return open(config, ticker, (side, settings) -> {});
    }

    /**
     * The same, with a say in the driver's settings.
     *
     * @param customizer called each time before a side's client is built, after our own settings
     */
    public static MongoPorts open(
            EngineConfig config, Ticker ticker, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        return new MongoPorts(config, ticker, customizer);
    }

    /** The device's changes. */
    public ChangeSource localChanges() {
        return new MongoChangeSource(local, names, FeedPipeline.local(names), clock, LOCAL_AWAIT, config.batchSize());
    }

    /** The hub's changes, and the heartbeats of this device. */
    public ChangeSource hubChanges(String device) {
        identify(device);
        return new MongoChangeSource(hub, names, FeedPipeline.hub(names, device), clock, HUB_AWAIT, config.batchSize());
    }

    /** Says which device conflicts are logged for; until then it is the configured one. */
    public void identify(String device) {
        instanceId = device;
    }

    public StateReader reader() {
        return reader;
    }

    public GuardedTarget target() {
        return target;
    }

    public BaseStore bases() {
        return bases;
    }

    /** Sets the fence of the lease under which base states are saved from now on. */
    public void fence(long fence) {
        bases.fence(fence);
    }

    public QuarantineStore quarantine() {
        return quarantine;
    }

    public ConflictLog conflictLog() {
        return conflictLog;
    }

    public DeviceStore device() {
        return device;
    }

    public HubStore hub() {
        return hubStore;
    }

    public KeyScanner scanner() {
        return scanner;
    }

    public ClockProbe clock() {
        return clock;
    }

    private Link link(Side side) {
        return side == Side.LOCAL ? local : hub;
    }

    /** How much older than now the server's history may get before it no longer covers a position; empty when it does not say. */
    public Optional<Duration> oplogWindowLeft(Side side, Position position) {
        Optional<FeedToken> token = FeedToken.parse(position);
        if (token.isEmpty() || topology(side) != Topology.REPLICA_SET) {
            return Optional.empty();
        }
        return oldestEntry(link(side))
                .map(oldest -> Duration.ofSeconds(
                        Integer.toUnsignedLong(token.get().at().getTime()) - Integer.toUnsignedLong(oldest.getTime())));
    }

    private static Optional<BsonTimestamp> oldestEntry(Link link) {
        try {
            RawBsonDocument first = link.client()
                    .getDatabase("local")
                    .getCollection("oplog.rs", RawBsonDocument.class)
                    .find()
                    .projection(new BsonDocument("ts", new BsonInt32(1)))
                    .sort(new BsonDocument("$natural", new BsonInt32(1)))
                    .limit(1)
                    .first();
            return first != null && first.get("ts") instanceof BsonTimestamp time
                    ? Optional.of(time)
                    : Optional.empty();
        } catch (RuntimeException failure) {
            if (DriverFaults.serverCode(failure).isPresent()) {
                // Reading the oplog takes a privilege that Tandem does not ask for; then nobody can tell.
                return Optional.empty();
            }
            throw link.fault("read the oldest change", failure);
        }
    }

    /** Copies the indexes of new collections. */
    public IndexCopier indexes() {
        return new IndexCopier(local, hub);
    }

    /** How a side's server is deployed, as it says itself. */
    public Topology topology(Side side) {
        return link(side).call("look at the server", database -> link(side).topology());
    }

    /** Throws when the side cannot be reached. */
    public void ping(Side side) {
        link(side).ping();
    }

    @Override
    public void close() {
        workers.close();
        readAhead.shutdown(); // what is still queued finds the connections closed
        try {
            hub.close();
        } finally {
            local.close();
        }
    }
}
