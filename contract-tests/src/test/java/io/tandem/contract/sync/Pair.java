package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.BsonBytes;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** A device and a hub with databases of their own, and the engine between them, which a test starts. One thread. */
final class Pair implements AutoCloseable {
    /** The collection whose fields are merged. */
    static final String MERGED = "merged";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final MongoClient localClient;
    private final MongoClient hubClient;
    private final MongoDatabase device;
    private final MongoDatabase hub;
    private final EngineConfig config;
    private SyncEngine engine;

    Pair(String localUri, String hubUri) {
        String name = "tandem_traps_" + UUID.randomUUID().toString().substring(0, 8);
        localClient = MongoClients.create(localUri);
        hubClient = MongoClients.create(hubUri);
        device = localClient.getDatabase(name + "_local");
        hub = hubClient.getDatabase(name + "_hub");
        config = EngineConfig.builder()
                .local(localUri, device.getName())
                .hub(hubUri, hub.getName())
                .instanceId("device-1")
                .bidirectionalEnabled(true)
                .conflictOverrides(Map.of(MERGED, "field-merge"))
                .reconnectInterval(Duration.ofMillis(200))
                .localPollInterval(Duration.ofMillis(500))
                .build();
        engine = SyncEngine.create(config);
    }

    MongoDatabase device() {
        return device;
    }

    MongoDatabase hub() {
        return hub;
    }

    SyncEngine engine() {
        return engine;
    }

    /** Stops the engine in order and makes the next one, which is not started. */
    void stopEngine() {
        engine.close();
        engine = SyncEngine.create(config);
    }

    /** What is stored, byte for byte as text, without the metadata; by the text of its id. */
    static Map<String, String> contents(MongoDatabase database, String collection) {
        Map<String, String> found = new TreeMap<>();
        database.getCollection(collection, RawBsonDocument.class).find().forEach(stored -> {
            BsonDocument document = new BsonDocument();
            document.putAll(stored);
            document.remove("_sync");
            found.put(
                    String.valueOf(document.get("_id")),
                    HexFormat.of().formatHex(BsonBytes.encode(document)) + " " + document);
        });
        return found;
    }

    /** Waits until both sides hold the same number of the same documents. */
    void untilEqual(String collection, int documents) {
        until(() -> assertThat(contents(device, collection)).hasSize(documents).isEqualTo(contents(hub, collection)));
    }

    static void until(ThrowingRunnable check) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(check);
    }

    @Override
    public void close() {
        engine.close();
        device.drop();
        hub.drop();
        localClient.close();
        hubClient.close();
    }
}
