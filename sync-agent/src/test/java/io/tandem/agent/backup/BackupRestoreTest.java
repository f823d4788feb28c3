package io.tandem.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupRestoreTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path directory;

    private EmbeddedMongo server;
    private MongoClient client;
    private MongoDatabase source;
    private MongoDatabase target;

    @BeforeAll
    void startServer() {
        server = EmbeddedMongo.builder().build().start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    void stopServer() {
        client.close();
        server.close();
    }

    @BeforeEach
    void emptyDatabases() {
        source = client.getDatabase("bomba");
        target = client.getDatabase("other");
        source.drop();
        target.drop();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasBackedUpIsRestoredByteForByte(boolean gzip) throws IOException {
        fill(source);

        Manifest manifest = backup(source, gzip);
        Restore.Report report = restore(directory, target, true);

        assertThat(manifest.documents()).isEqualTo(1203);
        assertThat(report.inserted()).isEqualTo(1203);
        assertThat(report.verifiedByManifest()).isTrue();
        assertThat(report.problems()).isEmpty();
        for (String name : List.of("menu/items", "orders", "empty")) {
            assertThat(raw(target, name)).as(name).isEqualTo(raw(source, name));
        }
        assertThat(indexNames(target, "menu/items")).containsExactlyInAnyOrder("_id_", "name_1");
    }

    @Test
    void theDirectoryLooksLikeOneOfMongodump() throws IOException {
        fill(source);

        backup(source, true);

        try (Stream<Path> files = Files.list(directory.resolve("bomba"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "menu%2Fitems.bson.gz",
                            "menu%2Fitems.metadata.json.gz",
                            "orders.bson.gz",
                            "orders.metadata.json.gz",
                            "empty.bson.gz",
                            "empty.metadata.json.gz",
                            "prelude.json.gz");
        }
        assertThat(directory.resolve(Manifest.INCOMPLETE)).doesNotExist();
        assertThat(directory.resolve(Manifest.FILE)).exists();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryOfAnotherToolIsRestored(boolean gzip) throws IOException {
        ForeignDumps.directory(directory, gzip);

        Restore.Report report = restore(directory, target, true);

        assertForeign(report);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anArchiveOfAnotherToolIsRestored(boolean gzip) throws IOException {
        byte[] archive = ForeignDumps.goodArchive();
        Path file = directory.resolve("bomba.archive");
        Bytes.write(file, gzip ? Bytes.gzip(archive) : archive);

        Restore.Report report = restore(file, target, true);

        assertForeign(report);
    }

    private void assertForeign(Restore.Report report) {
        assertThat(report.problems()).isEmpty();
        assertThat(report.verifiedByManifest()).isFalse();
        List<BsonDocument> menu = raw(target, "menu/items");
        assertThat(menu)
                .containsExactly(new RawBsonDocument(ForeignDumps.TEA), new RawBsonDocument(ForeignDumps.COFFEE));
        assertThat(raw(target, "tables")).hasSize(1);
        assertThat(indexNames(target, "menu/items")).containsExactlyInAnyOrder("_id_", "name_1");
        assertThat(indexNames(target, "tables")).containsExactlyInAnyOrder("_id_", "number_1");
    }

    @Test
    void withoutDropOnlyMissingDocumentsAreAdded() throws IOException {
        ForeignDumps.directory(directory, false);
        target.getCollection("menu/items", BsonDocument.class)
                .insertOne(BsonDocument.parse("{_id: 1, name: 'Newer tea'}"));

        Restore.Report report = restore(directory, target, false);

        assertThat(report.collections().get(0).inserted()).isEqualTo(1);
        assertThat(report.collections().get(0).present()).isEqualTo(1);
        assertThat(raw(target, "menu/items").get(0).getString("name").getValue())
                .isEqualTo("Newer tea");
    }

    @Test
    void aBackupStoppedInTheMiddleIsMarkedAndRefused() throws IOException {
        fill(source);
        CopyProgress dies = new CopyProgress() {
            @Override
            public void finished(String collection) {
                throw new IllegalStateException("killed");
            }
        };
        Backup backup = new Backup(source, new Backup.Request(directory, false, 1, "local", "test"), dies, CLOCK);

        assertThatThrownBy(backup::run).hasMessage("killed");

        assertThat(directory.resolve(Manifest.INCOMPLETE)).exists();
        assertThat(directory.resolve(Manifest.FILE)).doesNotExist();
        assertThatThrownBy(() -> restore(directory, target, true))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("incomplete");
        assertThat(target.listCollectionNames().into(new ArrayList<>())).isEmpty();
    }

    @Test
    void aDamagedFileIsFoundBeforeAnythingIsWritten() throws IOException {
        fill(source);
        backup(source, false);
        Path file = directory.resolve("bomba/orders.bson");
        byte[] content = Files.readAllBytes(file);
        content[100] ^= 1;
        Files.write(file, content);
        target.getCollection("orders").insertOne(new org.bson.Document("_id", "kept"));

        assertThatThrownBy(() -> restore(directory, target, true))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("bomba/orders.bson has another SHA-256")
                .hasMessageContaining("nothing was restored");
        assertThat(target.getCollection("orders").countDocuments()).isEqualTo(1);
    }

    @Test
    void aDirectoryInUseIsNotOverwritten() throws IOException {
        fill(source);
        backup(source, false);

        assertThatThrownBy(() -> backup(source, false)).hasMessageContaining("not empty");
    }

    @Test
    void anEmptyDatabaseIsAMistake() {
        assertThatThrownBy(() -> backup(source, false)).hasMessageContaining("no collections");
    }

    @Test
    void nothingIsRestoredWhileAnAgentHoldsTheLease() throws IOException {
        ForeignDumps.directory(directory, false);
        lease(CLOCK.millis() + 60_000);

        assertThatThrownBy(() -> restore(directory, target, true))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("Sync is active on database 'other'")
                .hasMessageContaining("till-7/1234");
        assertThat(target.listCollectionNames().into(new ArrayList<>())).containsExactly("_sync_metadata");
    }

    @Test
    void anExpiredLeaseIsNoObstacleAndItsFenceGrows() throws IOException {
        ForeignDumps.directory(directory, false);
        lease(CLOCK.millis() - 1_000);

        restore(directory, target, true);

        BsonDocument lease = metadata()
                .find(new BsonDocument("_id", new BsonString("lease")))
                .first();
        assertThat(lease).isNotNull();
        assertThat(lease.getNumber("fence").longValue()).isEqualTo(8);
        assertThat(lease.getDateTime("expiresAt").getValue()).isZero();
    }

    private void lease(long expiresAt) {
        metadata()
                .insertOne(new BsonDocument("_id", new BsonString("lease"))
                        .append("owner", new BsonString("till-7/1234"))
                        .append("fence", new BsonInt64(7))
                        .append("expiresAt", new BsonDateTime(expiresAt)));
    }

    private MongoCollection<BsonDocument> metadata() {
        return target.getCollection("_sync_metadata", BsonDocument.class);
    }

    @Test
    void aRestoredDeviceForgetsWhoItWasAndWhatItAgreedOn() throws IOException {
        fill(source);
        source.getCollection("_sync_state", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 'old base'}"));
        source.getCollection("_sync_metadata", BsonDocument.class)
                .insertOne(BsonDocument.parse("{_id: 'instance', id: 'till-7'}"));
        backup(source, false);
        target.getCollection("_sync_state", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 'base'}"));
        metadata()
                .insertMany(List.of(
                        BsonDocument.parse("{_id: 'instance', instanceId: 'device-1', generated: true}"),
                        BsonDocument.parse("{_id: 'atlas-resume-token'}")));

        restore(directory, target, true);

        assertThat(target.getCollection("_sync_state").countDocuments()).isZero();
        assertThat(metadata().find().into(new ArrayList<>()))
                .extracting(document -> document.getString("_id").getValue())
                .containsExactly("lease");
    }

    @Test
    void aDeviceThatWasNamedInItsSettingsKeepsItsNameButNotItsHub() throws IOException {
        ForeignDumps.directory(directory, false);
        metadata()
                .insertOne(
                        BsonDocument.parse(
                                "{_id: 'instance', instanceId: 'till-7', generated: false, nonce: 'n', hubId: 'h', hubEpoch: {$numberLong: '2'}}"));

        restore(directory, target, true);

        assertThat(metadata()
                        .find(new BsonDocument("_id", new BsonString("instance")))
                        .first())
                .isEqualTo(BsonDocument.parse("{_id: 'instance', instanceId: 'till-7', generated: false, nonce: 'n'}"));
    }

    @Test
    void aRestoredHubGetsAHigherEpochAndKeepsItsConflictLog() throws IOException {
        fill(source);
        source.getCollection("_sync_tombstones", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 'old'}"));
        backup(source, false);
        hubWithDevice(CLOCK.millis() - 3_600_000);
        target.getCollection("_sync_tombstones", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 'new'}"));
        target.getCollection("_sync_conflicts", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 'kept'}"));

        Restore.Report report = restoreHub(false);

        assertThat(report.epoch()).isEqualTo(4);
        assertThat(report.devices()).containsExactly("till-7");
        assertThat(raw(target, "_sync_tombstones"))
                .extracting(document -> document.getString("_id").getValue())
                .containsExactly("old");
        assertThat(target.getCollection("_sync_conflicts").countDocuments()).isEqualTo(1);
        assertThat(SyncActivity.unfinishedRestore(target, true)).isEmpty();
    }

    @Test
    void aHubWithRunningDevicesIsOnlyRestoredWhenAskedTo() throws IOException {
        fill(source);
        backup(source, false);
        hubWithDevice(CLOCK.millis() - 5_000);

        assertThatThrownBy(() -> restoreHub(false))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("till-7")
                .hasMessageContaining("--even-if-devices-run");
        assertThat(restoreHub(true).epoch()).isEqualTo(4);
    }

    private void hubWithDevice(long lastSeen) {
        target.getCollection("_sync_hub", BsonDocument.class)
                .insertOne(new BsonDocument("_id", new BsonString("hub")).append("epoch", new BsonInt64(3)));
        target.getCollection("_sync_devices", BsonDocument.class)
                .insertOne(new BsonDocument("_id", new BsonString("till-7"))
                        .append("lastSeenAt", new BsonDateTime(lastSeen)));
    }

    private Restore.Report restoreHub(boolean evenIfDevicesRun) throws IOException {
        Restore.Request request = new Restore.Request(directory, Optional.empty(), true, 2, true, evenIfDevicesRun);
        return new Restore(target, request, CopyProgress.SILENT, CLOCK).run();
    }

    @Test
    void anInterruptedRestoreIsNoted() throws IOException {
        ForeignDumps.directory(directory, false);
        CopyProgress dies = new CopyProgress() {
            @Override
            public void begins(String work, java.util.Map<String, Long> documents) {
                if (work.equals("restore")) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        Restore.Request request = new Restore.Request(directory, Optional.empty(), true, 1, false, false);

        assertThatThrownBy(() -> new Restore(target, request, dies, CLOCK).run())
                .hasMessage("killed");

        assertThat(SyncActivity.unfinishedRestore(target, false))
                .get()
                .asString()
                .contains("directory");
    }

    @Test
    void severalDatabasesNeedAChoice() throws IOException {
        Bytes.write(directory.resolve("a/x.bson"), ForeignDumps.TEA);
        Bytes.write(directory.resolve("b/x.bson"), ForeignDumps.COFFEE);

        assertThatThrownBy(() -> restore(directory, target, true))
                .hasMessageContaining("several databases (a, b)")
                .hasMessageContaining("--from-db");

        Restore.Request request = new Restore.Request(directory, Optional.of("b"), true, 1, false, false);
        new Restore(target, request, CopyProgress.SILENT, CLOCK).run();
        assertThat(raw(target, "x")).containsExactly(new RawBsonDocument(ForeignDumps.COFFEE));
    }

    @Test
    void aFileOutsideTheBackupIsNotReadForItsManifest() throws IOException {
        fill(source);
        backup(source, false);
        Path file = directory.resolve(Manifest.FILE);
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.writeString(file, text.replace("bomba/orders.bson", "../../etc/passwd"));

        assertThatThrownBy(() -> restore(directory, target, true)).hasMessageContaining("leads out of the backup");
    }

    private static void fill(MongoDatabase database) {
        MongoCollection<BsonDocument> menu = database.getCollection("menu/items", BsonDocument.class);
        menu.insertMany(
                List.of(
                        BsonDocument.parse(
                                "{_id: 1, name: 'Tea', price: {$numberDecimal: '2.50'}, nested: {b: 1, a: [1, {x: null}]}}"),
                        BsonDocument.parse(
                                "{_id: 'two', name: 'Coffee', at: {$date: '2026-11-22T10:00:00Z'}, n: {$numberLong: '9'}}"),
                        BsonDocument.parse(
                                "{_id: {$oid: '6561f0c2a1b2c3d4e5f60718'}, name: 'Cake', r: {$regularExpression: {pattern: 'a', options: 'i'}}}")));
        menu.createIndex(BsonDocument.parse("{name: 1}"), new IndexOptions().unique(true));
        List<BsonDocument> orders = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            orders.add(new BsonDocument("_id", new BsonInt32(i)).append("text", new BsonString("x".repeat(i % 300))));
        }
        database.getCollection("orders", BsonDocument.class).insertMany(orders);
        database.createCollection("empty");
    }

    private Manifest backup(MongoDatabase database, boolean gzip) throws IOException {
        Backup.Request request = new Backup.Request(directory, gzip, 3, "local", "test");
        return new Backup(database, request, CopyProgress.SILENT, CLOCK).run();
    }

    private static Restore.Report restore(Path from, MongoDatabase into, boolean drop) throws IOException {
        Restore.Request request = new Restore.Request(from, Optional.empty(), drop, 2, false, false);
        return new Restore(into, request, CopyProgress.SILENT, CLOCK).run();
    }

    private static List<BsonDocument> raw(MongoDatabase database, String collection) {
        return new ArrayList<>(database.getCollection(collection, RawBsonDocument.class)
                .find()
                .sort(BsonDocument.parse("{_id: 1}"))
                .into(new ArrayList<>()));
    }

    private static Set<String> indexNames(MongoDatabase database, String collection) {
        return Set.copyOf(database.getCollection(collection)
                .listIndexes()
                .map(index -> index.getString("name"))
                .into(new ArrayList<>()));
    }
}
