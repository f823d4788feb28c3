package io.tandem.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup and a restore of 100,000 documents (100 MB) in processes of their own with a heap of 40 MB. */
class BackupMemoryTest {

    private static final int DOCUMENTS = 100_000;
    private static final int HEAP_MEGABYTES = 40;

    @TempDir
    Path directory;

    @Test
    void aHundredThousandDocumentsFitThroughASmallHeap() throws Exception {
        try (EmbeddedMongo server = EmbeddedMongo.builder()
                        .changeLogLimits(1_000, 1_000_000)
                        .build()
                        .start();
                MongoClient client = MongoClients.create(server.uri())) {
            fill(client.getDatabase("big").getCollection("items", BsonDocument.class));

            String backup = inSmallProcess(
                    "backup", server.uri(), directory.resolve("b").toString());
            client.getDatabase("big").drop();
            String restore = inSmallProcess(
                    "restore", server.uri(), directory.resolve("b").toString());

            System.out.println("backup: " + backup + "restore: " + restore);
            assertThat(backup).contains("documents=" + DOCUMENTS);
            assertThat(restore).contains("documents=" + DOCUMENTS);
            assertThat(client.getDatabase("big").getCollection("items").countDocuments())
                    .isEqualTo(DOCUMENTS);
        }
    }

    private static void fill(MongoCollection<BsonDocument> items) {
        String padding = "x".repeat(950);
        List<BsonDocument> batch = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            batch.add(new BsonDocument("_id", new BsonInt32(i)).append("text", new BsonString(padding)));
            if (batch.size() == 1_000) {
                items.insertMany(batch, new InsertManyOptions().ordered(false));
                batch.clear();
            }
        }
    }

    private String inSmallProcess(String work, String uri, String path) throws Exception {
        Path output = directory.resolve(work + ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackupMemoryTest.class.getName(),
                        work,
                        uri,
                        path)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exitCode = process.waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(exitCode).as(text).isZero();
        return text;
    }

    /** The small process. */
    public static void main(String[] arguments) throws IOException {
        long begin = System.nanoTime();
        Path path = Path.of(arguments[2]);
        long documents;
        try (MongoClient client = MongoClients.create(arguments[1])) {
            if (arguments[0].equals("backup")) {
                Backup.Request request = new Backup.Request(path, true, 4, "local", "test");
                documents = new Backup(client.getDatabase("big"), request, CopyProgress.SILENT, Clock.systemUTC())
                        .run()
                        .documents();
            } else {
                Restore.Request request = new Restore.Request(path, Optional.empty(), true, 4, false, false);
                documents = new Restore(client.getDatabase("big"), request, CopyProgress.SILENT, Clock.systemUTC())
                        .run()
                        .inserted();
            }
        }
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            heap += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
        }
        System.out.println("documents=" + documents + " seconds=" + (System.nanoTime() - begin) / 1_000_000_000L
                + " peakHeapMB=" + heap / 1_000_000 + " " + residentPeak());
    }

    private static String residentPeak() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status, StandardCharsets.UTF_8).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .findFirst()
                        .orElse("")
                : "";
    }
}
