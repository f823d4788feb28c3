package io.tandem.engine;

import com.mongodb.MongoClientSettings;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.bson.BsonValue;

/**
 * Keeps one device's database and the hub in step. Any thread may call any method.
 *
 * <p>An engine is created stopped, started once and closed once. {@link #status()} never blocks on a database; the methods
 * that list or change something talk to the database that holds it and throw {@link io.tandem.engine.fault.SyncException}
 * when it cannot be reached. Requests for unknown collections, conflicts or quarantine entries throw
 * {@link IllegalArgumentException}.
 */
public interface SyncEngine extends AutoCloseable {

    /**
     * A stopped engine. Opens no connection.
     *
     * @throws IllegalArgumentException when a setting names a conflict resolution strategy that is not there
     */
    static SyncEngine create(EngineConfig config) {
        return create(config, (side, settings) -> {});
    }

    /**
     * The same, with a say in the driver's settings, for example to add listeners.
     *
     * @param customizer called once per side before its client is built
     */
    static SyncEngine create(EngineConfig config, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        return TandemEngine.create(config, customizer);
    }

    /** Names of all conflict resolution strategies there are, sorted. */
    static Set<String> strategies() {
        return Resolvers.discover().names();
    }

    /**
     * Starts the threads. Returns at once; {@link #status()} tells how the connections come up.
     *
     * @throws IllegalStateException when it was started before
     */
    void start();

    /** How it is doing now. */
    EngineStatus status();

    /** Registers a listener that is called from the engine's threads and must return quickly. */
    void addListener(EngineListener listener);

    /** Turns the direction hub to device on or off; loses nothing, and catches up when turned on. */
    void setBidirectional(boolean enabled);

    /** Changes a collection's mode until the next change or restart; leaving observe or paused resyncs the collection. */
    void setMode(String collection, CollectionMode mode);

    /** Pauses a collection. Its mode before is kept for {@link #resume}. */
    void pause(String collection);

    /** Ends a pause, whoever asked for it, and resyncs the collection. */
    void resume(String collection);

    /** Lets the deletes that the delete guard holds back go through, and ends the pause. */
    void approveDeletes(String collection);

    /** Puts the documents whose deletes the delete guard holds back onto both sides again, and ends the pause. */
    void rejectDeletes(String collection);

    /** Keys of documents that held-back deletes would remove, at most {@code limit}. */
    List<BsonValue> heldDeletes(String collection, int limit);

    /**
     * Makes this device belong to the hub that it is configured with, although it belonged to another one before. What it
     * remembers of the old hub is forgotten; both sides then meet as if for the first time.
     */
    void acceptHub();

    /** Compares both sides and reconciles what differs; all collections when empty. Runs in the background. */
    void resync(Optional<String> collection);

    /** One page of the conflict log, newest first. */
    ConflictPage conflicts(ConflictQuery query);

    /** One entry of the conflict log. */
    Optional<ConflictEntry> conflict(String id);

    /** Puts the loser back as a new change of this device. */
    ConflictEntry restoreConflict(String id);

    /** Changes that could not be applied, oldest first. */
    List<QuarantineEntry> quarantine(int limit);

    /** Tries one of them again now. */
    void retryQuarantined(String id);

    /** Gives one of them up: the key is looked at again only when either side changes it. */
    void dropQuarantined(String id);

    /** All devices that ever reported to the hub. */
    List<Device> devices();

    /** Compares both sides and the base states by content; blocks until done or the thread is interrupted. */
    Verification verify(VerifyRequest request);

    /** Finishes the batch, saves positions, gives the lease back. Idempotent; takes at most ten seconds. */
    @Override
    void close();
}
