package io.tandem.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.config.ConfigLoader;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.InitialSyncPreference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every setting of the engine arrives there: a value that differs from each default, looked for in the engine's own settings. */
class EngineSettingsTest {

    @Test
    void everySettingReachesTheEngine() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("MONGODB_URI", "mongodb://localhost:27017/shop");
        values.put("MONGODB_ATLAS_URI", "mongodb://hub:27017/central");
        values.put("INSTANCE_ID", "till-7");
        values.put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        values.put("BIDIRECTIONAL_EXCLUDED_COLLECTIONS", "audit, drafts");
        values.put("COLLECTION_MODES", "orders=observe");
        values.put("SYNC_INDEXES", "true");
        values.put("CONFLICT_RESOLUTION_STRATEGY", "field-merge");
        values.put("CONFLICT_RESOLUTION_OVERRIDES", "settings=atlas-wins");
        values.put("CONFLICT_MERGE_COUNTERS", "inventory.quantity");
        values.put("CONFLICT_MERGE_SETS", "menuitems.tags");
        values.put("INITIAL_SYNC_PREFERENCE", "atlas");
        values.put("ATLAS_CHANGE_STREAM_BATCH_SIZE", "7");
        values.put("ORIGIN_TRACKING_CLEANUP_INTERVAL", "2m");
        values.put("CHANGE_STREAM_RECONNECT_INTERVAL", "300");
        values.put("CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS", "3");
        values.put("LOCAL_POLL_INTERVAL", "250ms");
        values.put("MAX_DELETE_PERCENT", "30");
        values.put("MAX_DELETE_MIN", "5");
        values.put("TOMBSTONE_RETENTION_DAYS", "10");

        EngineConfig engine = EngineSettings.from(ConfigLoader.of(values));

        assertThat(engine.localUri()).isEqualTo("mongodb://localhost:27017/shop");
        assertThat(engine.localDatabase()).isEqualTo("shop");
        assertThat(engine.hubUri()).isEqualTo("mongodb://hub:27017/central");
        assertThat(engine.hubDatabase()).isEqualTo("central");
        assertThat(engine.instanceId()).hasValue("till-7");
        assertThat(engine.bidirectionalEnabled()).isTrue();
        assertThat(engine.excludedCollections()).containsExactlyInAnyOrder("audit", "drafts");
        assertThat(engine.modes()).isEqualTo(Map.of("orders", CollectionMode.OBSERVE));
        assertThat(engine.syncIndexes()).isTrue();
        assertThat(engine.conflictStrategy()).isEqualTo("field-merge");
        assertThat(engine.conflictOverrides()).isEqualTo(Map.of("settings", "atlas-wins"));
        assertThat(engine.counterFields()).isEqualTo(Map.of("inventory", Set.of("quantity")));
        assertThat(engine.setFields()).isEqualTo(Map.of("menuitems", Set.of("tags")));
        assertThat(engine.initialSyncPreference()).isEqualTo(InitialSyncPreference.ATLAS);
        assertThat(engine.batchSize()).isEqualTo(7);
        assertThat(engine.originTrackingCleanup()).isEqualTo(Duration.ofMinutes(2));
        assertThat(engine.reconnectInterval()).isEqualTo(Duration.ofMillis(300));
        assertThat(engine.reconnectAttemptsBeforeAlert()).isEqualTo(3);
        assertThat(engine.localPollInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(engine.maxDeletePercent()).isEqualTo(30);
        assertThat(engine.maxDeleteMin()).isEqualTo(5);
        assertThat(engine.tombstoneRetention()).isEqualTo(Duration.ofDays(10));
    }
}
