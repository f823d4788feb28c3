package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two {@code serve} processes of one device: one works, the other stands by and takes over, and they never both write. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StandbyTest {
    private static final Duration PROMISED = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HEALTH = "/api/sync/bidirectional/health";

    @TempDir
    private Path directory = Path.of("unset");

    private final Shop shop = Shop.onReplicaSets();

    @AfterEach
    void stop() {
        shop.close();
    }

    private ServeProcess serve(String name) throws Exception {
        return shop.serve(Files.createDirectories(directory.resolve(name)));
    }

    private static void awaitRole(ServeProcess agent, String role, Duration time) {
        agent.awaitWithin(time)
                .until(() -> agent.get(HEALTH)
                        .filter(health -> health.contains("\"role\":\"" + role + "\""))
                        .isPresent());
    }

    private void awaitOnHub(ServeProcess agent, String id) {
        agent.awaitWithin(PATIENCE)
                .until(() -> shop.atlas.getCollection("things").countDocuments(Filters.eq("_id", id)) == 1);
    }

    private void insertOnDevice(String id) {
        shop.device.getCollection("things").insertOne(new Document("_id", id));
    }

    @Test
    void theSecondTakesOverWithinFifteenSecondsOfAKillAndBothServeReadsBefore() throws Exception {
        try (ServeProcess first = serve("first")) {
            awaitRole(first, "active", PATIENCE);
            insertOnDevice("before");
            awaitOnHub(first, "before");
            try (ServeProcess second = serve("second")) {
                awaitRole(second, "standby", PATIENCE);
                for (ServeProcess each : new ServeProcess[] {first, second}) {
                    assertThat(each.get("/api/things/before").orElse("no answer"))
                            .contains("\"_id\"")
                            .contains("before");
                }

                first.kill();

                awaitRole(second, "active", PROMISED);
                insertOnDevice("after");
                awaitOnHub(second, "after");
            }
        }
    }

    /** What it had begun to write when it fell asleep counts for nothing, and it writes nothing more until the lease is its own again. */
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "only they have a signal that lets a process sleep")
    @Test
    void oneThatSleptWhileTheOtherTookOverDoesNoHarm() throws Exception {
        Map<String, Integer> expected;
        try (ServeProcess first = serve("first")) {
            awaitRole(first, "active", PATIENCE);
            try (ServeProcess second = serve("second");
                    Writers onDevice = new Writers(shop.device, "device", 1);
                    Writers onHub = new Writers(shop.atlas, "hub", 2)) {
                awaitRole(second, "standby", PATIENCE);

                first.signal("STOP");
                awaitRole(second, "active", PATIENCE);
                first.signal("CONT");

                awaitRole(first, "standby", PATIENCE);
                awaitRole(second, "active", PATIENCE);
                expected = new TreeMap<>(onDevice.finish());
                expected.putAll(onHub.finish());
                assertThat(onDevice.changes()).isGreaterThan(100);
                assertThat(onHub.changes()).isGreaterThan(100);
                second.awaitWithin(PATIENCE)
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> shop.assertNothingLostOrDoubled(expected));
            }
        }
    }
}
