package io.tandem.agent.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.agent.backup.DumpSource.DumpedCollection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpFormatTest {

    @TempDir
    Path directory;

    @Test
    void theChecksumIsTheOneOfGoAndXz() {
        Crc64 crc = new Crc64();
        crc.update("123456789".getBytes(UTF_8));
        assertThat(crc.value()).isEqualTo(0x995DC9BBDF1939FAL); // the check value in the catalogue of CRCs
    }

    @ParameterizedTest
    @CsvSource({
        "orders, orders",
        "menu/items, menu%2Fitems",
        "with space, with+space",
        "a*b~c, a%2Ab~c",
        "ünï, %C3%BCn%C3%AF",
        "a.b-c_d, a.b-c_d"
    })
    void filesAreNamedAsMongodumpNamesThem(String collection, String fileName) {
        assertThat(DumpNames.fileNameOf(collection)).isEqualTo(fileName);
        assertThat(DumpNames.collectionOf(fileName)).isEqualTo(collection);
    }

    @Test
    void aLongNameIsCutAndHashed() {
        String fileName = DumpNames.fileNameOf("x".repeat(239));

        assertThat(fileName).hasSize(238).startsWith("x".repeat(208) + "%24");
        assertThat(DumpNames.isCut(fileName)).isTrue();
        assertThat(DumpNames.isCut(DumpNames.fileNameOf("x".repeat(238)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryOfMongodumpIsRead(boolean gzip) throws IOException {
        ForeignDumps.directory(directory, gzip);

        assertContent(DumpSource.open(directory));
    }

    @Test
    void theDatabasesOwnDirectoryIsReadToo() throws IOException {
        ForeignDumps.directory(directory, false);

        DumpSource source = DumpSource.open(directory.resolve("bomba"));

        assertThat(source.collections()).extracting(DumpedCollection::database).containsOnly("bomba");
        assertContent(source);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anArchiveOfMongodumpIsRead(boolean gzip) throws IOException {
        byte[] archive = ForeignDumps.goodArchive();
        Path file = directory.resolve("dump.archive");
        Bytes.write(file, gzip ? Bytes.gzip(archive) : archive);

        assertContent(DumpSource.open(file));
    }

    private static void assertContent(DumpSource source) throws IOException {
        assertThat(source.collections()).extracting(DumpedCollection::name).containsExactly("menu/items", "tables");
        CollectionMetadata menu = source.collections().get(0).metadata();
        assertThat(menu.options()).isEqualTo(BsonDocument.parse("{validationLevel: 'moderate'}"));
        assertThat(menu.indexes()).hasSize(2);
        assertThat(menu.indexes().get(1))
                .isEqualTo(BsonDocument.parse("{v: 2, unique: true, key: {name: 1}, name: 'name_1'}"));
        assertThat(source.collections().get(1).metadata().indexes()).hasSize(2);
        Map<String, List<byte[]>> read = readAll(source);
        assertThat(read.get("menu/items")).hasSize(2);
        assertThat(read.get("menu/items").get(0)).isEqualTo(ForeignDumps.TEA);
        assertThat(read.get("menu/items").get(1)).isEqualTo(ForeignDumps.COFFEE);
        assertThat(read.get("tables")).hasSize(1);
    }

    private static Map<String, List<byte[]>> readAll(DumpSource source) throws IOException {
        Map<String, List<byte[]>> read = Collections.synchronizedMap(new TreeMap<>());
        List<String> ended = Collections.synchronizedList(new ArrayList<>());
        source.stream(collection -> true, 2, new DumpSource.Sink() {
            @Override
            public void document(DumpedCollection collection, RawBsonDocument document) {
                byte[] bytes = Arrays.copyOfRange(
                        document.getBackingArray(),
                        document.getByteOffset(),
                        document.getByteOffset() + document.getByteLength());
                read.computeIfAbsent(collection.name(), name -> new ArrayList<>())
                        .add(bytes);
            }

            @Override
            public void end(DumpedCollection collection) {
                ended.add(collection.name());
            }
        });
        assertThat(ended).containsExactlyInAnyOrder("menu/items", "tables");
        return read;
    }

    @Test
    void anArchiveWithAFlippedBitIsRefused() throws IOException {
        Path file = directory.resolve("dump.archive");
        Bytes.write(file, ForeignDumps.archive(1, 2));
        DumpSource source = DumpSource.open(file);

        assertThatThrownBy(() -> readAll(source))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bomba.menu/items")
                .hasMessageContaining("another checksum");
    }

    @Test
    void anArchiveThatIsCutOffAnywhereIsRefused() {
        byte[] archive = ForeignDumps.goodArchive();
        for (int length = 1; length < archive.length; length++) {
            Path file = directory.resolve("cut-" + length);
            Bytes.write(file, Arrays.copyOf(archive, length));
            assertThatThrownBy(() -> readAll(DumpSource.open(file)))
                    .as("cut after %d of %d bytes", length, archive.length)
                    .isInstanceOfAny(IOException.class, BackupException.class);
        }
    }

    @Test
    void somethingElseIsNoDump() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.txt"), "buy milk");

        assertThatThrownBy(() -> DumpSource.open(text)).hasMessageContaining("not a mongodump archive");
        assertThatThrownBy(() -> DumpSource.open(directory)).hasMessageContaining("no dump");
        assertThatThrownBy(() -> DumpSource.open(directory.resolve("absent"))).hasMessageContaining("nothing at");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, -1, 0x7fffffff, BsonStream.DOCUMENT_BYTES_MAX + 1})
    void animpossibleDocumentLengthIsRefusedWithItsPlace(int length) {
        byte[] bytes = new Bytes()
                .bytes(ForeignDumps.TEA)
                .int32(length)
                .bytes(ForeignDumps.TEA)
                .toArray();
        BsonStream stream = new BsonStream(new ByteArrayInputStream(bytes), "menu.bson");

        assertThatThrownBy(() -> {
                    while (stream.next().isPresent()) {
                        // reads on until the damage
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("menu.bson is damaged at byte " + ForeignDumps.TEA.length);
    }

    @Test
    void metadataSurvivesTheRoundTrip() {
        CollectionMetadata metadata = CollectionMetadata.parse(ForeignDumps.MENU_METADATA, "unused");

        assertThat(CollectionMetadata.parse(metadata.toJson(), "unused")).isEqualTo(metadata);
        assertThat(metadata.toJson().replace(" ", "")).isEqualTo(ForeignDumps.MENU_METADATA.replace(" ", ""));
        assertThat(metadata.collection()).isEqualTo("menu/items");
    }

    @Test
    void metadataThatIsNoJsonIsExplained() {
        assertThatThrownBy(() -> CollectionMetadata.parse("{", "orders"))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("'orders'");
    }

    @Test
    void hubMetadataIsTakenOffForADevice() {
        RawBsonDocument decorated = RawBsonDocument.parse("{_id: 1, a: 2, _sync: {version: 3, hash: 'x'}}");
        RawBsonDocument own = RawBsonDocument.parse("{_id: 1, _sync: 'mine'}");

        assertThat(Restore.withoutHubMetadata(decorated)).isEqualTo(BsonDocument.parse("{_id: 1, a: 2}"));
        assertThat(Restore.withoutHubMetadata(own)).isSameAs(own);
    }
}
