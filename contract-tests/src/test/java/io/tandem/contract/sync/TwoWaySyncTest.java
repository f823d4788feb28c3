package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwoWaySyncTest {
    private final EmbeddedMongo local = EmbeddedMongo.builder().build().start();
    private final EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
    private final MongoClient localClient = MongoClients.create(local.uri());
    private final MongoClient hubClient = MongoClients.create(hub.uri());
    private final MongoDatabase device = localClient.getDatabase("shop");
    private final MongoDatabase atlas = hubClient.getDatabase("shop");
    private final SyncEngine engine = SyncEngine.create(EngineConfig.builder()
            .local(local.uri(), "shop")
            .hub(hub.uri(), "shop")
            .bidirectionalEnabled(true)
            .syncIndexes(true)
            .build());

    @AfterEach
    void stop() {
        engine.close();
        localClient.close();
        hubClient.close();
        local.close();
        hub.close();
    }

    @Test
    void changesOfBothSidesReachTheOther() {
        device.getCollection("menu").insertOne(new Document("_id", 1).append("name", "tea"));
        atlas.getCollection("menu").insertOne(new Document("_id", 2).append("name", "coffee"));
        engine.start();
        until(() -> assertThat(contents(device)).isEqualTo(contents(atlas)).hasSize(2));

        device.getCollection("menu").updateOne(new Document("_id", 2), new Document("$set", new Document("price", 3)));
        atlas.getCollection("menu").updateOne(new Document("_id", 1), new Document("$set", new Document("price", 2)));
        until(() -> {
            assertThat(contents(device)).isEqualTo(contents(atlas));
            assertThat(contents(device).toString()).contains("price=3").contains("price=2");
        });

        device.getCollection("menu").deleteOne(new Document("_id", 1));
        atlas.getCollection("menu").deleteOne(new Document("_id", 2));
        until(() -> {
            assertThat(contents(device)).isEmpty();
            assertThat(contents(atlas)).isEmpty();
        });
    }

    private static List<Document> contents(MongoDatabase database) {
        List<Document> documents = new ArrayList<>();
        database.getCollection("menu").find().sort(new Document("_id", 1)).forEach(d -> {
            d.remove("_sync");
            documents.add(d);
        });
        return documents;
    }

    private void until(org.awaitility.core.ThrowingRunnable check) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(check);
    }
}
