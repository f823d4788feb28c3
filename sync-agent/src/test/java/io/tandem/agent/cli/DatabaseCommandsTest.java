package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import io.tandem.embedded.EmbeddedMongo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The commands that speak to databases, against embedded servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseCommandsTest {

    @TempDir
    Path directory;

    private EmbeddedMongo localServer;
    private EmbeddedMongo hubServer;
    private EmbeddedMongo standalone;
    private MongoClient local;
    private MongoClient hub;

    @BeforeAll
    void startServers() {
        localServer = EmbeddedMongo.builder().build().start();
        hubServer = EmbeddedMongo.builder().build().start();
        standalone = EmbeddedMongo.builder().standalone().build().start();
        local = MongoClients.create(localServer.uri());
        hub = MongoClients.create(hubServer.uri());
    }

    @AfterAll
    void stopServers() {
        local.close();
        hub.close();
        localServer.close();
        hubServer.close();
        standalone.close();
    }

    @BeforeEach
    void empty() {
        local.getDatabase("bomba").drop();
        hub.getDatabase("bomba").drop();
    }

    private Cli cli(String localUri, String hubUri) {
        Map<String, String> environment = new HashMap<>();
        environment.put("MONGODB_URI", localUri);
        environment.put("MONGODB_ATLAS_URI", hubUri);
        return new Cli(directory, environment);
    }

    private Cli cli() {
        return cli(localServer.uri("bomba"), hubServer.uri("bomba"));
    }

    @Test
    void theDoctorFindsAGoodSetupReady() {
        local.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", 1));

        Cli.Result result = cli().run("doctor");

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out())
                .contains(
                        "Verdict: READY",
                        "replica set",
                        "a change stream on the database opens",
                        "the user may insert");
        assertThat(local.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .containsExactly("orders");
        assertThat(hub.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()))
                .isEmpty();
    }

    @Test
    void theDoctorSaysWhyAStandaloneHubCannotBe() {
        Cli.Result result =
                cli(localServer.uri("bomba"), standalone.uri("bomba")).run("doctor", "--no-write");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("NOT READY", "standalone server", "Use an Atlas cluster");
    }

    @Test
    void theDoctorAcceptsAStandaloneDeviceWithAWarning() {
        Cli.Result result = cli(standalone.uri("bomba"), hubServer.uri("bomba")).run("doctor", "--json");

        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out()).contains("LOCAL_POLL_INTERVAL", "rs.initiate()", "\"level\": \"warning\"");
    }

    @Test
    void theDoctorComparesIndexesAndValidators() {
        local.getDatabase("bomba")
                .getCollection("users")
                .createIndex(new Document("mail", 1), new IndexOptions().unique(true));
        hub.getDatabase("bomba").createCollection("users");

        assertThat(cli().run("doctor").out()).contains("unique indexes differ between the sides for users");
    }

    @Test
    void anUnreachableServerGetsARemedy() {
        Cli.Result result = cli("mongodb://127.0.0.1:1/bomba?serverSelectionTimeoutMS=500", hubServer.uri("bomba"))
                .run("backup", "--out", "b");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("No database server could be reached").doesNotContain("\tat ");
    }

    @Test
    void backupAndRestoreByCommand() throws Exception {
        local.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", 1).append("total", 25));

        Cli.Result backup = cli().run("backup", "--out", "b/first", "--gzip");
        local.getDatabase("bomba")
                .getCollection("orders")
                .updateOne(new Document("_id", 1), new Document("$set", new Document("total", 99)));
        Cli.Result restore = cli().run("restore", "b/first", "--drop");

        assertThat(backup.exitCode()).as(backup.err()).isZero();
        assertThat(backup.out()).contains("1 documents of bomba (local)");
        assertThat(Files.exists(directory.resolve("b/first/bomba/orders.bson.gz")))
                .isTrue();
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out())
                .contains("verified by its checksums", "What happens next:", "gets a new identity", "only sends");
        assertThat(local.getDatabase("bomba").getCollection("orders").find().first())
                .containsEntry("total", 25);
        assertThat(cli().run("backup", "--out", "b/first").exitCode()).isEqualTo(1);
    }

    private static List<Document> numbered(int count) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(new Document("_id", i).append("text", "same"));
        }
        return documents;
    }

    @Test
    void everyDifferenceInEveryRangeIsCounted() {
        MongoCollection<Document> here = local.getDatabase("bomba").getCollection("orders");
        MongoCollection<Document> there = hub.getDatabase("bomba").getCollection("orders");
        here.insertMany(numbered(6_000));
        there.insertMany(numbered(6_000));
        for (int id : new int[] {3, 1_700, 3_100, 5_999}) {
            there.updateOne(new Document("_id", id), new Document("$set", new Document("text", "other")));
        }
        here.deleteMany(Document.parse("{_id: {$in: [10, 4000]}}"));
        there.deleteOne(new Document("_id", 2_000));

        Cli.Result report = cli().run("verify", "--json");

        assertThat(report.exitCode()).as(report.err()).isEqualTo(1);
        BsonDocument orders =
                BsonDocument.parse(report.out()).getArray("collections").get(0).asDocument();
        assertThat(orders.getNumber("local").intValue()).isEqualTo(5_998);
        assertThat(orders.getNumber("atlas").intValue()).isEqualTo(5_999);
        assertThat(orders.getNumber("equal").intValue()).isEqualTo(6_000 - 7);
        assertThat(orders.getNumber("different").intValue()).isEqualTo(4);
        assertThat(orders.getNumber("missingLocal").intValue()).isEqualTo(2);
        assertThat(orders.getNumber("missingAtlas").intValue()).isEqualTo(1);
        assertThat(orders.getArray("samples").stream()
                        .map(sample -> sample.asDocument().getNumber("id").intValue()))
                .containsExactly(3, 10, 1_700, 2_000, 3_100, 4_000, 5_999);
    }

    @Test
    void aSampleLooksAtAShareOfTheKeys() {
        local.getDatabase("bomba").getCollection("orders").insertMany(numbered(2_000));
        hub.getDatabase("bomba").getCollection("orders").insertMany(numbered(2_000));

        Cli.Result report = cli().run("verify", "--sample", "10", "--json");

        assertThat(report.exitCode()).as(report.err()).isZero();
        int equal = BsonDocument.parse(report.out())
                .getArray("collections")
                .get(0)
                .asDocument()
                .getNumber("equal")
                .intValue();
        assertThat(equal).isBetween(100, 300);
        assertThat(cli().run("verify", "--sample", "0").exitCode()).isEqualTo(2);
    }

    @Test
    void aDifferenceIsOneAlsoWhileSyncIsDisabled() {
        hub.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", 1));

        Cli.Result report = cli().run("verify");

        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.out()).contains("orders/1: missing-local", "The sides differ");
    }

    @Test
    void whatOnlyTheHubHasOfAnExcludedCollectionIsNoDifference() {
        local.getDatabase("bomba").getCollection("logs").insertOne(new Document("_id", 1));
        hub.getDatabase("bomba").getCollection("logs").insertMany(numbered(2));

        Cli.Result differs = cli().run("verify");
        hub.getDatabase("bomba").getCollection("logs").replaceOne(new Document("_id", 1), new Document());
        Cli.Result same = cli().run("verify");

        assertThat(differs.exitCode()).isEqualTo(1);
        assertThat(differs.out()).contains("logs/1: different").doesNotContain("logs/0");
        assertThat(same.exitCode()).as(same.out()).isZero();
    }

    @Test
    void resumeTokensAreShownAndCleared() {
        assertThat(cli().run("resume-token", "show").exitCode()).isEqualTo(1);
        local.getDatabase("bomba")
                .getCollection("_sync_metadata", BsonDocument.class)
                .insertOne(
                        BsonDocument.parse(
                                "{_id: 'atlas-resume-token', token: {_data: '8269B0318700000002'}, savedAt: {$date: '2026-11-22T10:00:00Z'}}"));

        Cli.Result show = cli().run("resume-token", "show");
        Cli.Result clear = cli().run("resume-token", "clear");

        assertThat(show.exitCode()).isZero();
        assertThat(show.out()).contains("atlas-resume-token", "2026-03-10T");
        assertThat(clear.out()).contains("1 position(s) removed");
        assertThat(cli().run("resume-token", "show").exitCode()).isEqualTo(1);
    }

    @Test
    void aResumeTokenIsShownAsTheEngineStoresIt() {
        local.getDatabase("bomba")
                .getCollection("_sync_metadata", BsonDocument.class)
                .insertOne(
                        BsonDocument.parse(
                                "{_id: 'atlas-resume-token', token: {data: {_data: '826B077480000000012B0229296E04'}, pipeline: 'x',"
                                        + " at: {$timestamp: {t: 1795650688, i: 1}}}, savedAt: {$date: '2026-11-25T23:51:29Z'}}"));

        Cli.Result show = cli().run("resume-token", "show");

        assertThat(show.exitCode()).isZero();
        assertThat(show.out()).contains("2026-11-25T23:51:28Z", "826B0774800000");
    }

    @Test
    void resumeTokensOfARunningAgentAreNotCleared() {
        local.getDatabase("bomba")
                .getCollection("_sync_metadata")
                .insertOne(new Document("_id", "lease")
                        .append("owner", "till-7")
                        .append("expiresAt", new java.util.Date(System.currentTimeMillis() + 60_000)));

        Cli.Result result = cli().run("resume-token", "clear");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("till-7", "tandem resync");
    }

    @Test
    void theMigrationBeginsWithPreflightThenBackupThenWantsAnAgent() {
        local.getDatabase("bomba").getCollection("orders").insertOne(new Document("_id", 1));
        Map<String, String> environment = Map.of(
                "MONGODB_URI",
                localServer.uri("bomba"),
                "MONGODB_ATLAS_URI",
                hubServer.uri("bomba"),
                "TANDEM_URL",
                "http://127.0.0.1:1");
        Cli cli = new Cli(directory.resolve("."), environment);

        Cli.Result first = cli.run("migrate");
        Cli.Result second = cli.run("migrate");
        Cli.Result third = cli.run("migrate");

        assertThat(first.exitCode()).as(first.out()).isZero();
        assertThat(first.out())
                .contains("Phase 1 of 6", "Both databases are fit", "Next: 'tandem migrate' for phase 2");
        assertThat(second.exitCode()).as(second.out()).isZero();
        assertThat(second.out()).contains("Phase 2 of 6", "Backup of local: 1 documents");
        assertThat(third.exitCode()).isEqualTo(1);
        assertThat(third.out()).contains("No agent answers", "run 'tandem migrate' again");
        assertThat(cli.run("migrate", "status").out()).contains("✓ 1", "✓ 2", "  3", "Backup of the device:");
    }
}
