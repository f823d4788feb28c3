package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.tandem.agent.process.AgentUnderTest;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Backups asked for by HTTP, and previews of held deletes, over real databases and an engine that only plays its part. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupApiTest {
    private static final String BACKUP = "/api/sync/bidirectional/backup";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EmbeddedMongo server = EmbeddedMongo.builder().build().start();
    private final MongoClient client = MongoClients.create(server.uri());

    private AgentUnderTest agent;
    private Path backups;

    @BeforeAll
    void start(@TempDir Path directory) {
        backups = directory.resolve("backups");
        agent = AgentUnderTest.start(
                directory.resolve("logs"),
                "MONGODB_URI",
                server.uri("shop"),
                "MONGODB_ATLAS_URI",
                server.uri("hub"),
                "BACKUP_DIR",
                backups.toString());
    }

    @AfterAll
    void stop() {
        agent.close();
        client.close();
        server.close();
    }

    @BeforeEach
    void emptyDatabases() {
        client.getDatabase("shop").drop();
        client.getDatabase("hub").drop();
    }

    @Test
    void backupIsWrittenIntoADirectoryOfItsOwnAndReported() throws IOException {
        fill("shop", 300);

        assertThat(agent.call("POST", BACKUP, "{\"side\":\"local\"}").statusCode())
                .isEqualTo(202);

        BsonDocument state = awaitState("done");
        assertThat(state.getNumber("documents").intValue()).isEqualTo(300);
        assertThat(state.getNumber("bytes").longValue()).isPositive();
        Path written = Path.of(state.getString("directory").getValue());
        assertThat(written.getParent()).isEqualTo(backups);
        assertThat(written.resolve("tandem-manifest.json")).exists();
        assertThat(written.resolve("INCOMPLETE")).doesNotExist();
        assertThat(agent.json("/api/status").getDocument("backup").getString("state"))
                .isEqualTo(new BsonString("done"));
    }

    @Test
    void cancelledBackupLeavesNothingBehind() throws IOException {
        fill("hub", 20_000);
        List<Path> before = written();

        agent.call("POST", BACKUP, "{\"side\":\"atlas\"}");
        assertThat(agent.call("DELETE", BACKUP, "").statusCode()).isEqualTo(200);

        BsonDocument state = awaitState("cancelled");
        assertThat(state.isNull("error")).isTrue();
        assertThat(written()).isEqualTo(before);
    }

    @Test
    void failedBackupSaysWhyAndLeavesNothingBehind() throws IOException {
        List<Path> before = written();

        agent.call("POST", BACKUP, "{\"side\":\"atlas\"}");

        BsonDocument state = awaitState("failed");
        assertThat(state.getString("error").getValue()).contains("has no collections");
        assertThat(written()).isEqualTo(before);
    }

    @Test
    void sideMustBeNamed() {
        assertThat(agent.call("POST", BACKUP, "{\"side\":\"moon\"}").body()).contains("local or atlas");
        assertThat(agent.call("POST", BACKUP, "{}").statusCode()).isEqualTo(422);
        assertThat(agent.call("POST", BACKUP, "{\"side\":\"local\",\"directory\":\"/etc\"}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void heldDeletesAreShownWithTheirContentOfTheSideThatWouldLoseThem() {
        client.getDatabase("shop")
                .getCollection("orders", BsonDocument.class)
                .insertOne(new BsonDocument("_id", new BsonInt32(1))
                        .append("total", new BsonInt32(12))
                        .append("_sync", new BsonDocument()));

        BsonDocument held = agent.json("/api/sync/bidirectional/collections/orders/held-deletes");

        assertThat(held.getArray("ids")).hasSize(2);
        BsonDocument first = held.getArray("items").get(0).asDocument();
        assertThat(first.getDocument("document")).isEqualTo(BsonDocument.parse("{\"_id\": 1, \"total\": 12}"));
        assertThat(held.getArray("items").get(1).asDocument().isNull("document"))
                .isTrue();
    }

    private void fill(String database, int documents) {
        MongoCollection<BsonDocument> orders = client.getDatabase(database).getCollection("orders", BsonDocument.class);
        orders.insertMany(IntStream.range(0, documents)
                .mapToObj(
                        n -> new BsonDocument("_id", new BsonInt32(n)).append("note", new BsonString("x".repeat(200))))
                .toList());
    }

    private BsonDocument awaitState(String wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> agent.json(BACKUP),
                        state -> !state.getString("state").getValue().equals("running")
                                && state.getString("state").getValue().equals(wanted));
    }

    private List<Path> written() throws IOException {
        if (!Files.exists(backups)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(backups)) {
            return entries.sorted().toList();
        }
    }
}
