package io.tandem.agent.service;

import io.tandem.agent.config.AgentConfig;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** Compares both sides with an engine that is never started: reads only, needs no lease. Any thread; blocks until done. */
public final class OfflineVerification {

    private static final int LISTED = 20;

    private OfflineVerification() {}

    /**
     * Compares.
     *
     * @param collection only this one, or all
     * @param samplePercent share of the keys to look at, above 0 up to 100
     * @throws io.tandem.engine.fault.SyncException when a database cannot be read
     * @throws IllegalArgumentException when the settings or the request are not allowed
     */
    public static Verification run(
            AgentConfig config, Optional<String> collection, double samplePercent, Consumer<ResyncProgress> progress) {
        try (SyncEngine engine = SyncEngine.create(EngineSettings.from(config))) {
            return engine.verify(new VerifyRequest(collection, samplePercent, false, LISTED, progress));
        }
    }
}
