package io.tandem.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Dumps as one meets them: of all databases, of old servers, with other kinds of collections, damaged, half of ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddDumpsTest {

    @TempDir
    Path directory;

    private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();

    private EmbeddedMongo server;
    private MongoClient client;
    private MongoDatabase target;

    @BeforeAll
    void startServer() {
        server = EmbeddedMongo.builder().build().start();
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(server.uri()))
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        commands.add(event.getCommand().clone());
                    }
                })
                .build());
        target = client.getDatabase("bomba");
    }

    @AfterAll
    void stopServer() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        target.drop();
        commands.clear();
    }

    private BsonDocument sent(String command) {
        return commands.stream()
                .filter(sent -> sent.getFirstKey().equals(command))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + command + " was sent"));
    }

    private Restore.Report restore(Path from, boolean hub) throws IOException {
        Restore.Request request = new Restore.Request(from, Optional.empty(), true, 2, hub, false);
        return new Restore(target, request, CopyProgress.SILENT, Clock.systemUTC()).run();
    }

    private List<String> collections() {
        return target.listCollectionNames().into(new ArrayList<>());
    }

    private static void text(Path file, String content) {
        Bytes.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDumpOfAllDatabasesWithItsOplogIsRead() throws IOException {
        ForeignDumps.directory(directory, false);
        Bytes.write(directory.resolve("oplog.bson"), ForeignDumps.TEA);
        text(directory.resolve("prelude.json"), "{\"ServerVersion\":\"7.0.14\",\"ToolVersion\":\"100.12.0\"}");
        Bytes.write(directory.resolve("admin/system.version.bson"), ForeignDumps.TEA);
        Bytes.write(directory.resolve("bomba/$admin.system.users.bson"), ForeignDumps.TEA);

        restore(directory, false);

        assertThat(collections()).contains("menu/items", "tables").noneMatch(name -> name.contains("admin"));
    }

    @Test
    void indexesOfOldServersAreMadeAsMongorestoreMakesThem() throws IOException {
        Bytes.write(directory.resolve("bomba/words.bson"), ForeignDumps.TEA);
        text(
                directory.resolve("bomba/words.metadata.json"),
                "{\"options\":{\"create\":\"words\",\"temp\":true,\"flags\":1,\"autoIndexId\":true,\"validationLevel\":\"moderate\"},"
                        + "\"indexes\":[{\"v\":1,\"key\":{\"_id\":1},\"name\":\"_id_\",\"ns\":\"bomba.words\"},"
                        + "{\"v\":1,\"key\":{\"name\":1},\"name\":\"name_1\",\"ns\":\"bomba.words\"}]}");

        Restore.Report report = restore(directory, false);

        assertThat(report.problems()).isEmpty();
        assertThat(sent("create").keySet()).contains("validationLevel").doesNotContain("temp", "flags", "autoIndexId");
        BsonDocument index = sent("createIndexes").getArray("indexes").get(0).asDocument();
        assertThat(index.keySet()).containsExactlyInAnyOrder("key", "name");
        assertThat(sent("createIndexes").getBoolean("ignoreUnknownIndexOptions").getValue())
                .isTrue();
    }

    @Test
    void anIndexWithoutCollationDoesNotInheritTheCollections() {
        CollectionMetadata metadata = CollectionMetadata.parse(
                "{\"options\":{\"collation\":{\"locale\":\"de\"}},\"indexes\":[{\"v\":{\"$numberInt\":\"2\"},\"key\":{\"name\":1},\"name\":\"plain\"},"
                        + "{\"v\":2,\"key\":{\"name\":1},\"name\":\"german\",\"collation\":{\"locale\":\"de\"}}]}",
                "words");
        target.createCollection("words");

        new CollectionCreator(target).createIndexes(metadata, new ArrayList<>());

        List<BsonDocument> specifications = commands.stream()
                .filter(command -> command.getFirstKey().equals("createIndexes"))
                .map(command -> command.getArray("indexes").get(0).asDocument())
                .toList();
        assertThat(specifications)
                .extracting(index ->
                        index.getDocument("collation").getString("locale").getValue())
                .containsExactly("simple", "de");
    }

    @Test
    void measurementsGoIntoTheBucketsOfTheirTimeSeries() throws IOException {
        Bytes.write(directory.resolve("bomba/system.buckets.readings.bson"), ForeignDumps.TEA);
        text(
                directory.resolve("bomba/readings.metadata.json"),
                "{\"options\":{\"timeseries\":{\"timeField\":\"at\"}},\"indexes\":[],\"collectionName\":\"readings\",\"type\":\"timeseries\"}");

        DumpSource source = DumpSource.open(directory);

        assertThat(source.collections()).singleElement().satisfies(collection -> {
            assertThat(collection.name()).isEqualTo("readings");
            assertThat(collection.hasData()).isTrue();
            assertThat(CollectionCreator.storedName(collection.metadata())).isEqualTo("system.buckets.readings");
        });
    }

    @Test
    void viewsComeLastAndHaveNoData() throws IOException {
        ForeignDumps.directory(directory, false);
        text(
                directory.resolve("bomba/cheap.metadata.json"),
                "{\"options\":{\"viewOn\":\"menu/items\",\"pipeline\":[{\"$match\":{\"price\":{\"$lt\":{\"$numberInt\":\"30\"}}}}]},"
                        + "\"indexes\":[],\"uuid\":\"\",\"collectionName\":\"cheap\",\"type\":\"view\"}");

        restore(directory, false);

        List<String> created = commands.stream()
                .filter(command -> command.getFirstKey().equals("create"))
                .map(command -> command.getString("create").getValue())
                .toList();
        assertThat(created).endsWith("cheap").contains("menu/items");
        assertThat(commands)
                .filteredOn(command -> command.getFirstKey().equals("insert"))
                .noneMatch(command -> command.getString("insert").getValue().equals("cheap"));
    }

    @Test
    void aDocumentThatIsDamagedInsideIsFoundBeforeAnythingIsDropped() throws IOException {
        byte[] damaged = ForeignDumps.TEA.clone();
        damaged[4] = 0x6e; // a type that does not exist
        Bytes.write(
                directory.resolve("bomba/orders.bson"),
                new Bytes().bytes(ForeignDumps.COFFEE).bytes(damaged).toArray());
        target.getCollection("orders").insertOne(new Document("_id", "kept"));

        assertThatThrownBy(() -> restore(directory, false))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("nothing was restored")
                .hasMessageContaining("orders is damaged inside");
        assertThat(target.getCollection("orders").countDocuments()).isEqualTo(1);
    }

    @Test
    void filesAddedToABackupLaterAreNotTrusted() throws IOException {
        backUpOne();
        Bytes.write(directory.resolve("bomba/added.bson"), ForeignDumps.TEA);

        assertThatThrownBy(() -> restore(directory, false))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("collection added is not in the manifest");
    }

    @Test
    void theDatabasesDirectoryInsideABackupIsCheckedLikeTheBackup() throws IOException {
        backUpOne();

        assertThat(restore(directory.resolve("bomba"), false).verifiedByManifest())
                .isTrue();
        Files.writeString(directory.resolve(Manifest.INCOMPLETE), "stopped");
        Files.delete(directory.resolve(Manifest.FILE));
        assertThatThrownBy(() -> restore(directory.resolve("bomba"), false))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("incomplete");
    }

    @Test
    void aFinishedBackupCanBeVerifiedWithoutRestoringIt() throws IOException {
        backUpOne();

        assertThat(Backup.verify(directory, CopyProgress.SILENT).documents()).isEqualTo(1);
        Files.write(directory.resolve("bomba/orders.bson"), ForeignDumps.TEA);
        assertThatThrownBy(() -> Backup.verify(directory, CopyProgress.SILENT))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("orders.bson");
    }

    private void backUpOne() throws IOException {
        target.getCollection("orders").insertOne(new Document("_id", 1));
        target.getCollection("_tandem_selftest_1_items").insertOne(new Document("_id", 1));
        Backup.Request request = new Backup.Request(directory, false, 2, "local", "test");
        Manifest manifest = new Backup(target, request, CopyProgress.SILENT, Clock.systemUTC()).run();
        assertThat(manifest.collections()).extracting(Manifest.Collection::name).containsExactly("orders");
    }

    @Test
    void whatOnlyAHubHasDoesNotComeOntoADevice() throws IOException {
        for (String name :
                List.of("orders", "_sync_tombstones", "_sync_conflicts", "_sync_devices", "_tandem_doctor")) {
            Bytes.write(directory.resolve("bomba/" + name + ".bson"), ForeignDumps.TEA);
        }

        restore(directory, false);
        assertThat(collections()).containsExactlyInAnyOrder("orders", "_sync_metadata");
        restore(directory, true);
        assertThat(collections())
                .contains("_sync_tombstones", "_sync_conflicts")
                .doesNotContain("_sync_devices", "_tandem_doctor");
    }

    /** Real servers answer 224 to an upsert whose filter has an expression; the embedded one may not mind. */
    @Test
    void theLeaseIsAskedForInAWayThatRealServersTake() throws IOException {
        ForeignDumps.directory(directory, false);

        restore(directory, false);

        assertThat(sent("findAndModify").getDocument("query")).isEqualTo(BsonDocument.parse("{_id: 'lease'}"));
        assertThat(sent("findAndModify").getBoolean("upsert").getValue()).isTrue();
    }

    @Test
    void theFilesHoldWhatMongodumpWouldWrite() throws IOException {
        target.getCollection("orders", BsonDocument.class)
                .insertMany(List.of(
                        BsonDocument.parse("{_id: 1, a: 1}"), BsonDocument.parse("{_id: 2, b: {$numberLong: '2'}}")));
        Backup.Request request = new Backup.Request(directory, false, 1, "local", "tandem test");

        new Backup(target, request, CopyProgress.SILENT, Clock.systemUTC()).run();

        byte[] expected = new Bytes()
                .bytes(new Bytes().intField("_id", 1).intField("a", 1).document())
                .bytes(new Bytes().intField("_id", 2).longField("b", 2).document())
                .toArray();
        assertThat(Files.readAllBytes(directory.resolve("bomba/orders.bson"))).isEqualTo(expected);
        String metadata = Files.readString(directory.resolve("bomba/orders.metadata.json"));
        assertThat(metadata.replace(" ", ""))
                .matches(
                        "\\{\"indexes\":\\[\\{\"v\":\\{\"\\$numberInt\":\"2\"},\"key\":\\{\"_id\":\\{\"\\$numberInt\":\"1\"}},\"name\":\"_id_\"}],"
                                + "\"uuid\":\"[0-9a-f]{32}\",\"collectionName\":\"orders\",\"type\":\"collection\"}");
        assertThat(BsonDocument.parse(Files.readString(directory.resolve("bomba/prelude.json")))
                        .keySet())
                .containsExactly("ServerVersion", "ToolVersion");
    }
}
