package io.tandem.agent.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.tandem.agent.process.TandemMain;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A selftest in a process of its own that is told to stop in the middle, as by Ctrl-C. */
class SelftestStopTest {

    @TempDir
    Path directory;

    @Test
    void aStoppedSelftestCleansUpToo() throws IOException, InterruptedException {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                MongoClient localClient = MongoClients.create(local.uri());
                MongoClient hubClient = MongoClients.create(hub.uri())) {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            TandemMain.class.getName(),
                            "selftest",
                            "load",
                            "--duration",
                            "10m")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output.txt").toFile());
            Map<String, String> environment = builder.environment();
            environment.put("MONGODB_URI", local.uri("bomba"));
            environment.put("MONGODB_ATLAS_URI", hub.uri("bomba"));
            Process process = builder.start();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> scratch(localClient).stream().anyMatch(name -> name.endsWith("_load"))
                            && scratch(hubClient).stream().anyMatch(name -> name.endsWith("_load")));

            process.destroy();

            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(scratch(localClient)).isEmpty();
            assertThat(scratch(hubClient)).isEmpty();
        }
    }

    private static List<String> scratch(MongoClient client) {
        return client.getDatabase("bomba").listCollectionNames().into(new ArrayList<>()).stream()
                .filter(name -> name.startsWith(Scope.FAMILY))
                .toList();
    }
}
