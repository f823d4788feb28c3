package io.tandem.agent.service;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.InitialSyncPreference;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Turns the agent's settings into the engine's. Pure. */
final class EngineSettings {

    private EngineSettings() {}

    static EngineConfig from(AgentConfig config) {
        return EngineConfig.builder()
                .local(config.get(Settings.MONGODB_URI).text(), config.localDatabase())
                .hub(config.get(Settings.MONGODB_ATLAS_URI).text(), config.hubDatabase())
                .instanceId(config.get(Settings.INSTANCE_ID).orElse(""))
                .bidirectionalEnabled(config.get(Settings.BIDIRECTIONAL_SYNC_ENABLED))
                .excludedCollections(config.get(Settings.BIDIRECTIONAL_EXCLUDED_COLLECTIONS))
                .modes(modes(config.get(Settings.COLLECTION_MODES)))
                .conflictStrategy(config.get(Settings.CONFLICT_RESOLUTION_STRATEGY))
                .conflictOverrides(config.get(Settings.CONFLICT_RESOLUTION_OVERRIDES))
                .counterFields(config.get(Settings.CONFLICT_MERGE_COUNTERS))
                .setFields(config.get(Settings.CONFLICT_MERGE_SETS))
                .initialSyncPreference(InitialSyncPreference.parse(config.get(Settings.INITIAL_SYNC_PREFERENCE)))
                .batchSize(config.get(Settings.ATLAS_CHANGE_STREAM_BATCH_SIZE))
                .originTrackingCleanup(config.get(Settings.ORIGIN_TRACKING_CLEANUP_INTERVAL))
                .reconnectInterval(config.get(Settings.CHANGE_STREAM_RECONNECT_INTERVAL))
                .reconnectAttemptsBeforeAlert(config.get(Settings.CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS))
                .localPollInterval(config.get(Settings.LOCAL_POLL_INTERVAL))
                .maxDeletePercent(config.get(Settings.MAX_DELETE_PERCENT))
                .maxDeleteMin(config.get(Settings.MAX_DELETE_MIN))
                .tombstoneRetention(Duration.ofDays(config.get(Settings.TOMBSTONE_RETENTION_DAYS)))
                .syncIndexes(config.get(Settings.SYNC_INDEXES))
                .build();
    }

    private static Map<String, CollectionMode> modes(Map<String, String> labels) {
        Map<String, CollectionMode> modes = new TreeMap<>();
        labels.forEach((collection, label) -> modes.put(collection, CollectionMode.parse(label)));
        return modes;
    }
}
