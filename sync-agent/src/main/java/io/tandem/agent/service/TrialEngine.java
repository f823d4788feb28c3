package io.tandem.agent.service;

import com.mongodb.MongoClientSettings;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.QuarantineEntry;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * An engine that a command runs for the time of a check, beside the one that the agent serves. Any thread may call any method.
 *
 * <p>It has only what checks need, so that the engine itself stays known to this package alone.
 */
public final class TrialEngine implements AutoCloseable {

    private final SyncEngine engine;

    private TrialEngine(SyncEngine engine) {
        this.engine = engine;
    }

    /** A stopped engine; the customizer changes the driver's settings of either side. */
    public static TrialEngine create(EngineConfig config, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        return new TrialEngine(SyncEngine.create(config, customizer));
    }

    /** The names of the conflict resolution strategies that an engine accepts, custom ones on the class path included. */
    public static Set<String> strategies() {
        return SyncEngine.strategies();
    }

    public void start() {
        engine.start();
    }

    public EngineStatus status() {
        return engine.status();
    }

    public void addListener(EngineListener listener) {
        engine.addListener(listener);
    }

    public ConflictPage conflicts(ConflictQuery query) {
        return engine.conflicts(query);
    }

    public List<QuarantineEntry> quarantine(int limit) {
        return engine.quarantine(limit);
    }

    public void retryQuarantined(String id) {
        engine.retryQuarantined(id);
    }

    @Override
    public void close() {
        engine.close();
    }
}
