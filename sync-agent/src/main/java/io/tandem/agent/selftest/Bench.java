package io.tandem.agent.selftest;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.service.TrialEngine;
import io.tandem.agent.text.Masking;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bson.BsonDocument;

/**
 * Where a suite works: the databases, engines of its own, patience, and a clean table at the end. One thread, the one that made it; it is
 * interrupted when the process is told to stop (Ctrl-C), and the process waits until it has cleaned up.
 */
final class Bench implements AutoCloseable {

    /** How long a change may take until the check fails; the guide's limit is five seconds. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long LOOK_AGAIN_MILLIS = 25;
    private static final long FIND_SERVER_SECONDS = 10;

    private final Endpoints endpoints;
    private final EngineFactory engines;
    private final Journal journal;
    private final Options options;
    private final Scope scope;
    private final MongoClient localClient;
    private final MongoClient hubClient;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Deque<MongoDatabase> scratch = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ExitGuard guard;

    /**
     * How long and how hard the measuring suites work.
     *
     * @param rate changes per second of the load suite
     * @param duration how long the load lasts
     * @param patience how long a change may take
     */
    record Options(int rate, Duration duration, Duration patience) {}

    Bench(Endpoints endpoints, EngineFactory engines, Journal journal, Options options) {
        this.endpoints = endpoints;
        this.engines = engines;
        this.journal = journal;
        this.options = options;
        this.guard = new ExitGuard(journal);
        this.scope = Scope.starting(Instant.now());
        this.localClient = client(endpoints.localUri());
        this.hubClient = client(endpoints.hubUri());
    }

    private static MongoClient client(String uri) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(FIND_SERVER_SECONDS, TimeUnit.SECONDS))
                .applyConnectionString(new ConnectionString(uri))
                .applicationName("tandem-selftest")
                .build());
    }

    /** Looks whether both databases answer and the hub has change streams, and removes what killed runs left. */
    void prepare() {
        guard.watch();
        try {
            Scope.dropAbandoned(localDatabase(), Instant.now());
        } catch (MongoException failed) {
            throw new SelftestFailure("Local database reachable", reason(failed));
        }
        try {
            Scope.dropAbandoned(hubDatabase(), Instant.now());
        } catch (MongoException failed) {
            throw new SelftestFailure("Atlas database reachable", reason(failed));
        }
        BsonDocument hello = hubDatabase().runCommand(BsonDocument.parse("{isMaster: 1}"), BsonDocument.class);
        if (!hello.containsKey("setName") && !hello.containsKey("msg")) {
            throw new SelftestFailure(
                    "Atlas Change Stream available",
                    "the hub is a standalone server, and only replica sets and sharded clusters have change streams."
                            + " Use an Atlas cluster (M10 or higher) or a replica set; 'tandem doctor' examines it");
        }
    }

    static String reason(MongoException failed) {
        return Masking.patterns(String.valueOf(failed.getMessage())).replaceAll("\\s+", " ");
    }

    Options options() {
        return options;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    MongoDatabase localDatabase() {
        return localClient.getDatabase(endpoints.localDatabase());
    }

    MongoDatabase hubDatabase() {
        return hubClient.getDatabase(endpoints.hubDatabase());
    }

    Scope scope() {
        return scope;
    }

    /** The settings that all engines of a run share. Nothing is excluded: the suites' own names may be configured to be. */
    EngineConfig.Builder settings(String device) {
        return EngineConfig.builder()
                .local(endpoints.localUri(), endpoints.localDatabase())
                .hub(endpoints.hubUri(), endpoints.hubDatabase())
                .instanceId("selftest-" + device + "-"
                        + scope.prefix().substring(Scope.FAMILY.length()).replace("_", ""))
                .bidirectionalEnabled(true)
                .excludedCollections(Set.of())
                .conflictStrategy(endpoints.strategy())
                .reconnectInterval(Duration.ofMillis(500))
                .localPollInterval(Duration.ofMillis(500))
                .scope(scope.prefix());
    }

    /** Starts an engine over the configured databases and waits until it works. */
    DeviceUnderTest start() throws InterruptedException {
        return start(settings("a").build(), localDatabase(), (side, driver) -> {});
    }

    DeviceUnderTest start(
            EngineConfig config, MongoDatabase local, BiConsumer<Side, MongoClientSettings.Builder> customizer)
            throws InterruptedException {
        TrialEngine engine = engines.create(config, customizer);
        DeviceUnderTest device = new DeviceUnderTest(engine, local, hubDatabase(), scope);
        started.push(device);
        engine.start();
        await(
                "The sync engine starts",
                device,
                PATIENCE.multipliedBy(2),
                device::isReady,
                () -> "expected it to follow both sides and to have compared them once");
        return device;
    }

    /** Starts a second device with a database of its own. */
    DeviceUnderTest startSecond() throws InterruptedException {
        String uri = endpoints.secondUri().orElse(endpoints.localUri());
        String name = endpoints.secondUri().isPresent()
                ? endpoints.localDatabase()
                : shortened(endpoints.localDatabase())
                        + scope.prefix().substring(0, scope.prefix().length() - 1);
        MongoClient client = endpoints.secondUri().isPresent() ? client(uri) : localClient;
        if (client != localClient) {
            started.push(client);
        }
        MongoDatabase second = client.getDatabase(name);
        scratch.push(second);
        EngineConfig config = settings("b").local(uri, name).build();
        return start(config, second, (side, driver) -> {});
    }

    /** A database name may have 63 characters. */
    private static String shortened(String name) {
        return name.substring(0, Math.min(name.length(), 30));
    }

    void closeLater(AutoCloseable thing) {
        started.push(thing);
    }

    /** The check held. */
    void passed(String line) {
        journal.passed(line);
    }

    void note(String line) {
        journal.note(line);
    }

    /** Fails unless it holds now. */
    void require(String check, boolean holds, Supplier<String> reason) {
        if (!holds) {
            throw new SelftestFailure(check, reason.get());
        }
    }

    /** Waits until it holds, then reports the check. */
    void expect(String check, DeviceUnderTest device, BooleanSupplier holds, String expectation)
            throws InterruptedException {
        await(check, device, options.patience(), holds, () -> "expected " + expectation);
        passed(check);
    }

    /** Waits until it holds. */
    void await(String check, DeviceUnderTest device, Duration patience, BooleanSupplier holds, Supplier<String> missing)
            throws InterruptedException {
        if (!becomesTrue(check, patience, holds)) {
            throw new SelftestFailure(
                    check,
                    missing.get() + ", which did not happen within " + patience.toSeconds() + " s; the engine says: "
                            + device.describe());
        }
    }

    /** Waits until it holds, or says that it did not. */
    boolean becomesTrue(String check, Duration patience, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!holds(check, holds)) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    private static boolean holds(String check, BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (MongoException failed) {
            throw new SelftestFailure(check, reason(failed));
        } catch (SyncException failed) {
            throw new SelftestFailure(check, String.valueOf(failed.getMessage()));
        }
    }

    /** Stops everything, last first, and drops this run's collections and databases. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        guard.release(this::cleanUp);
    }

    private void cleanUp() {
        RuntimeException failure = null;
        while (!started.isEmpty()) {
            failure = closing(started.pop(), failure);
        }
        failure = closing(this::dropCollections, failure);
        failure = closing(localClient, failure);
        failure = closing(hubClient, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private void dropCollections() {
        while (!scratch.isEmpty()) {
            MongoDatabase second = scratch.pop();
            if (endpoints.secondUri().isPresent()) {
                scope.dropFrom(second);
            } else {
                second.drop();
            }
        }
        scope.dropFrom(localDatabase());
        scope.dropFrom(hubDatabase());
    }

    private static @org.jspecify.annotations.Nullable RuntimeException closing(
            AutoCloseable thing, @org.jspecify.annotations.Nullable RuntimeException before) {
        try {
            thing.close();
            return before;
        } catch (Exception failed) {
            RuntimeException wrapped = new IllegalStateException("cleaning up failed: " + failed.getMessage(), failed);
            if (before == null) {
                return wrapped;
            }
            before.addSuppressed(wrapped);
            return before;
        }
    }
}
