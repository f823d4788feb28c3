package io.tandem.agent.service;

import com.mongodb.event.CommandListener;
import com.mongodb.event.ConnectionPoolListener;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.ConfigException;
import io.tandem.agent.config.MongoUri;
import io.tandem.agent.config.Setting;
import io.tandem.agent.config.Settings;
import io.tandem.agent.view.ActivityView;
import io.tandem.agent.view.CollectionsView;
import io.tandem.agent.view.ConflictsView;
import io.tandem.agent.view.DevicesView;
import io.tandem.agent.view.DoneView;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.HeldDeletesView;
import io.tandem.agent.view.MetricsView;
import io.tandem.agent.view.QuarantineView;
import io.tandem.agent.view.StateView;
import io.tandem.agent.view.VerifyView;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.EngineStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Syncing as the rest of the agent sees it: asks and orders the engine, speaks in views. Any thread may call any method.
 *
 * <p>Refusals are {@link ServiceException}s. {@link #health()}, {@link #metrics()} and {@link #activity} never wait for a database.
 */
public final class SyncService implements AutoCloseable {
    /** Leaves room in the three seconds that a start may take. */
    private static final long START_CHECK_MILLIS = 1_500;

    private final AgentConfig config;
    private final DriverListeners driver;
    private final SyncEngine engine;
    private final Activity activity = new Activity();
    private final VerifyJob verifyJob;
    private final DatabaseAccess local;
    private final DatabaseAccess hub;
    private final SideCounts localCounts;
    private final SideCounts hubCounts;
    private final Documents documents;
    private final HeldDocuments heldDocuments;
    private final BackupJob backups;
    private final List<Supplier<List<String>>> concerns = new CopyOnWriteArrayList<>();

    private SyncService(
            AgentConfig config, Function<EngineConfig, SyncEngine> engines, Clock clock, DriverListeners driver) {
        this.config = config;
        this.driver = driver;
        this.engine = engines.apply(EngineSettings.from(config));
        this.verifyJob = new VerifyJob(engine, clock);
        this.local = access("the local database", Settings.MONGODB_URI, config.localDatabase(), driver);
        this.hub = access("Atlas", Settings.MONGODB_ATLAS_URI, config.hubDatabase(), driver);
        this.localCounts = new SideCounts(local, clock, "tandem-count-local");
        this.hubCounts = new SideCounts(hub, clock, "tandem-count-atlas");
        this.documents = new Documents(local);
        this.heldDocuments = new HeldDocuments(engine, local, hub);
        this.backups = new BackupJob(local, hub, Path.of(config.get(Settings.BACKUP_DIR)), clock);
    }

    /**
     * A service over a new engine that is not started yet. Opens no connection.
     *
     * @throws ConfigException when the engine refuses the settings
     */
    public static SyncService create(AgentConfig config, Clock clock) {
        DriverListeners driver = new DriverListeners();
        return create(
                config, settings -> SyncEngine.create(settings, (side, client) -> driver.addTo(client)), clock, driver);
    }

    /** As above over another engine, for tests. */
    static SyncService create(
            AgentConfig config, Function<EngineConfig, SyncEngine> engines, Clock clock, DriverListeners driver) {
        try {
            SyncService service = new SyncService(config, engines, clock, driver);
            service.engine.addListener(service.activity);
            return service;
        } catch (IllegalArgumentException refused) {
            throw new ConfigException(List.of(String.valueOf(refused.getMessage())));
        }
    }

    /** Names of all conflict resolution strategies there are. */
    public static Set<String> strategies() {
        return SyncEngine.strategies();
    }

    /** Lets metrics hear of the driver's commands and connections. */
    public void measureWith(CommandListener commands, ConnectionPoolListener pools) {
        driver.listen(commands, pools);
    }

    /**
     * One short look at both databases, local first, with connections of its own.
     *
     * @param late hears, from another thread, what a database answers when it did not in time
     */
    public List<StartCheck.Finding> checkDatabases(Consumer<StartCheck.Finding> late) {
        return StartCheck.of(
                access("the local database", Settings.MONGODB_URI, config.localDatabase(), new DriverListeners()),
                config.get(Settings.MONGODB_URI),
                access("Atlas", Settings.MONGODB_ATLAS_URI, config.hubDatabase(), new DriverListeners()),
                config.get(Settings.MONGODB_ATLAS_URI),
                START_CHECK_MILLIS,
                late);
    }

    private DatabaseAccess access(String label, Setting<MongoUri> uri, String database, DriverListeners listeners) {
        return new DatabaseAccess(label, config.get(uri), database, listeners);
    }

    /** Starts syncing. Returns at once. */
    public void start() {
        engine.start();
    }

    /** Hears changes and notices from now on. */
    public void addListener(ServiceListener listener) {
        activity.add(listener);
    }

    /** Adds a source of reasons that degrade health, such as raised alerts. It must not ask this service for its health. */
    public void addConcern(Supplier<List<String>> source) {
        concerns.add(source);
    }

    /** How it is doing, never better than it is. */
    public HealthView health() {
        return read().health();
    }

    /** Health by the engine's judgement alone, without the concerns of others: what alert rules look at. */
    public HealthView ownHealth() {
        return read().ownHealth();
    }

    public MetricsView metrics() {
        return read().metrics();
    }

    /** Everything that is told about syncing, of one moment. */
    public Reading read() {
        return new Reading(engine.status());
    }

    /**
     * What is told about one moment; only the concerns of others are those of the time when {@link #health} is called. Used by one
     * thread.
     */
    public final class Reading {
        private final EngineStatus status;
        private @Nullable HealthView own;

        private Reading(EngineStatus status) {
            this.status = status;
        }

        private HealthView view(List<String> worries) {
            return Views.health(
                    status, Judgement.of(status, worries), config.get(Settings.BIDIRECTIONAL_EXCLUDED_COLLECTIONS));
        }

        /** As {@link SyncService#ownHealth()}. */
        public HealthView ownHealth() {
            HealthView view = own == null ? view(List.of()) : own;
            own = view;
            return view;
        }

        /** As {@link SyncService#health()}. */
        public HealthView health() {
            List<String> worries =
                    concerns.stream().flatMap(source -> source.get().stream()).toList();
            return worries.isEmpty() ? ownHealth() : view(worries);
        }

        /** As {@link SyncService#metrics()}. */
        public MetricsView metrics() {
            return Views.metrics(status);
        }
    }

    /** The last changes and notices, newest first, at most {@code limit} of each. */
    public ActivityView activity(int limit) {
        return activity.view(limit);
    }

    public StateView setBidirectional(boolean enabled) {
        EngineCalls.run(() -> engine.setBidirectional(enabled));
        return new StateView(
                enabled,
                enabled
                        ? "Bidirectional sync is enabled; changes from Atlas catch up now. After a restart BIDIRECTIONAL_SYNC_ENABLED="
                                + config.get(Settings.BIDIRECTIONAL_SYNC_ENABLED) + " holds again."
                        : Views.DISABLED + "; local changes still go to Atlas.");
    }

    public ConflictsView conflicts(
            Optional<String> collection, Optional<Instant> since, int limit, Optional<String> cursor) {
        return Views.conflicts(
                EngineCalls.call(() -> engine.conflicts(new ConflictQuery(collection, since, limit, cursor))));
    }

    public ConflictsView.Item conflict(String id) {
        return EngineCalls.call(() -> engine.conflict(id))
                .map(Views::conflict)
                .orElseThrow(() -> new ServiceException(
                        ServiceException.Kind.NOT_FOUND, "There is no conflict with this id in the log."));
    }

    /** Puts the loser back as a new change. */
    public ConflictsView.Item restoreConflict(String id) {
        return Views.conflict(EngineCalls.call(() -> engine.restoreConflict(id)));
    }

    public QuarantineView quarantine(int limit) {
        return new QuarantineView(
                engine.status().quarantined(),
                EngineCalls.call(() -> engine.quarantine(limit)).stream()
                        .map(Views::quarantined)
                        .toList());
    }

    public DoneView retryQuarantined(String id) {
        EngineCalls.run(() -> engine.retryQuarantined(id));
        return new DoneView("The change is being tried again.");
    }

    public DoneView dropQuarantined(String id) {
        EngineCalls.run(() -> engine.dropQuarantined(id));
        return new DoneView("The change was given up; the document is looked at again when either side changes it.");
    }

    public CollectionsView collections() {
        List<CollectionStatus> known = engine.status().collections();
        List<String> names = known.stream().map(CollectionStatus::name).toList();
        return new CollectionsView(known.stream()
                .map(one -> Views.collection(
                        one,
                        localCounts.of(one.name(), names),
                        hubCounts.of(one.name(), names),
                        verifyJob.differences(one.name())))
                .toList());
    }

    /** @param mode {@code both}, {@code push-only}, {@code observe} or {@code paused} */
    public DoneView setMode(String collection, String mode) {
        CollectionMode wanted;
        try {
            wanted = CollectionMode.parse(mode);
        } catch (IllegalArgumentException unknown) {
            throw new ServiceException(ServiceException.Kind.INVALID, String.valueOf(unknown.getMessage()), unknown);
        }
        EngineCalls.run(() -> engine.setMode(collection, wanted));
        return new DoneView(collection + " is now " + wanted.label() + ", until the next change or restart.");
    }

    public DoneView pause(String collection) {
        EngineCalls.run(() -> engine.pause(collection));
        return new DoneView(collection + " is paused. It catches up when it is resumed.");
    }

    public DoneView resume(String collection) {
        EngineCalls.run(() -> engine.resume(collection));
        return new DoneView(collection + " is resumed and catches up.");
    }

    /** Some of the documents that held-back deletes would remove. */
    public HeldDeletesView heldDeletes(String collection, int limit) {
        return heldDocuments.view(collection, limit);
    }

    /** Makes this device belong to the hub that it is configured with, although it belonged to another one before. */
    public DoneView acceptHub() {
        EngineCalls.run(engine::acceptHub);
        return new DoneView(
                "This device now belongs to the hub of MONGODB_ATLAS_URI; both sides meet as if for the first time.");
    }

    public DoneView approveDeletes(String collection) {
        EngineCalls.run(() -> engine.approveDeletes(collection));
        return new DoneView("The deletes held back in " + collection + " are carried out.");
    }

    public DoneView rejectDeletes(String collection) {
        EngineCalls.run(() -> engine.rejectDeletes(collection));
        return new DoneView(
                "The documents of " + collection + " whose deletes were held back are put onto both sides again.");
    }

    /** Compares both sides and reconciles what differs, in the background. */
    public DoneView resync(Optional<String> collection) {
        EngineCalls.run(() -> engine.resync(collection));
        return new DoneView("The resync of " + collection.orElse("all collections") + " begins.");
    }

    public DevicesView devices() {
        return new DevicesView(
                EngineCalls.call(engine::devices).stream().map(Views::device).toList());
    }

    /** Begins to compare both sides by content. One at a time. */
    public VerifyView startVerify(Optional<String> collection, double samplePercent, boolean repair) {
        return verifyJob.start(collection, samplePercent, repair);
    }

    /** The running or last verification. */
    public VerifyView verification() {
        return verifyJob.view();
    }

    public VerifyView cancelVerify() {
        return verifyJob.cancel();
    }

    /** Copies of either side's database, made on request. */
    public BackupJob backups() {
        return backups;
    }

    /** Documents of the device's database, for applications. */
    public Documents documents() {
        return documents;
    }

    /** Finishes the batch, saves positions, gives the lease back. Idempotent; takes at most ten seconds. */
    @Override
    public void close() {
        verifyJob.close();
        backups.close();
        engine.close();
        localCounts.close();
        hubCounts.close();
        local.close();
        hub.close();
    }
}
