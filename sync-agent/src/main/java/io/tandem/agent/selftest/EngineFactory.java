package io.tandem.agent.selftest;

import com.mongodb.MongoClientSettings;
import io.tandem.agent.service.TrialEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.Side;
import java.util.function.BiConsumer;

/** Makes the engines that a selftest starts; tests put broken ones in its place. */
@FunctionalInterface
public interface EngineFactory {

    /** A stopped engine; the customizer changes the driver's settings of either side. */
    TrialEngine create(EngineConfig config, BiConsumer<Side, MongoClientSettings.Builder> customizer);
}
