package io.tandem.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup in a process of its own that is killed in the middle, without a chance to clean up. */
class BackupKillTest {

    @TempDir
    Path directory;

    @Test
    void aKilledBackupStaysMarkedAndIsNeverRestored() throws IOException, InterruptedException {
        Path backup = directory.resolve("b");
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(server.uri())) {
            for (int i = 0; i < 5_000; i++) {
                client.getDatabase("big").getCollection("items").insertOne(new Document("_id", i));
            }
            server.faults().addLatency(Duration.ofMillis(300));
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            BackupMemoryTest.class.getName(),
                            "backup",
                            server.uri(),
                            backup.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output.txt").toFile())
                    .start();
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(backup.resolve(Manifest.INCOMPLETE)));
            process.destroyForcibly().waitFor();
            server.faults().reset();

            assertThat(backup.resolve(Manifest.INCOMPLETE)).exists();
            assertThat(backup.resolve(Manifest.FILE)).doesNotExist();
            Restore.Request request = new Restore.Request(backup, Optional.empty(), true, 1, false, false);
            Restore restore = new Restore(client.getDatabase("other"), request, CopyProgress.SILENT, Clock.systemUTC());
            assertThatThrownBy(restore::run)
                    .isInstanceOf(BackupException.class)
                    .hasMessageMatching("(?s).*(incomplete|no dump).*");
            assertThat(client.getDatabase("other").listCollectionNames().first())
                    .isNull();
        }
    }
}
