package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code serve} process that is killed with {@code kill -9} in the middle of traffic, ten times at random moments, loses nothing and
 * doubles nothing. {@code -Dkill.rounds=30} for more rounds, {@code -Dkill.seed=...} for the same moments again.
 */
class KillNineTest {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 10);
    private static final String DATABASE = "shop";
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration QUIET_MAX = Duration.ofMinutes(4);
    /** In the other rounds the test, which knows that the owner is dead, ends the lease instead of waiting ten seconds. */
    private static final int LEASE_RUNS_OUT_EVERY = 5;

    @TempDir
    private Path directory = Path.of("unset");

    private final EmbeddedMongo local = EmbeddedMongo.builder().build().start();
    private final EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
    private final MongoClient localClient = MongoClients.create(local.uri());
    private final MongoClient hubClient = MongoClients.create(hub.uri());
    private final MongoDatabase device = localClient.getDatabase(DATABASE);
    private final MongoDatabase atlas = hubClient.getDatabase(DATABASE);

    @AfterEach
    void stop() {
        localClient.close();
        hubClient.close();
        local.close();
        hub.close();
    }

    @Timeout(value = 1, unit = TimeUnit.HOURS) // for many rounds; what is waited for has bounds of its own
    @Test
    void losesAndDoublesNothingHoweverOftenItIsKilled() throws Exception {
        long seed = Long.getLong("kill.seed", System.nanoTime());
        System.err.println("kill.seed=" + seed + " kill.rounds=" + ROUNDS);
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> expected;
        try (Writers onDevice = new Writers(device, "device", seed);
                Writers onHub = new Writers(atlas, "hub", seed + 1)) {
            for (int round = 0; round < ROUNDS; round++) {
                killInTheMiddle(random);
                if (round % LEASE_RUNS_OUT_EVERY != 0) {
                    endTheLease();
                }
            }
            expected = new TreeMap<>(onDevice.finish());
            expected.putAll(onHub.finish());
            assertThat(onDevice.changes()).isGreaterThan(100);
            assertThat(onHub.changes()).isGreaterThan(100);
        }
        try (ServeProcess last = ServeProcess.start(directory, local.uri(DATABASE), hub.uri(DATABASE))) {
            Awaitility.await()
                    .atMost(QUIET_MAX)
                    .pollInterval(Duration.ofSeconds(1))
                    .failFast(
                            () -> assertThat(last.isAlive()).as(last.console()).isTrue())
                    .untilAsserted(() -> assertNothingLostOrDoubled(expected));
        }
    }

    /** Starts a process, waits until it carries changes in both directions, and kills it at a random moment after that. */
    private void killInTheMiddle(SplittableRandom random) throws Exception {
        long up = writtenBy(atlas, "device");
        long down = writtenBy(device, "hub");
        try (ServeProcess agent = ServeProcess.start(directory, local.uri(DATABASE), hub.uri(DATABASE))) {
            Awaitility.await()
                    .atMost(START_MAX)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast(() ->
                            assertThat(agent.isAlive()).as(agent.console()).isTrue())
                    .until(() -> writtenBy(atlas, "device") != up && writtenBy(device, "hub") != down);
            boolean early = new CountDownLatch(1).await(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            assertThat(early).isFalse();
        }
    }

    /** As the dead process would have done, had it been stopped in order. */
    private void endTheLease() {
        device.getCollection("_sync_metadata")
                .updateOne(
                        new Document("_id", "lease"),
                        new Document("$set", new Document("expiresAt", Date.from(Instant.EPOCH))));
    }

    private static long writtenBy(MongoDatabase database, String name) {
        return database.getCollection(Writers.OWN)
                .countDocuments(new Document("_id", new Document("$regex", "^" + name + "-")));
    }

    private void assertNothingLostOrDoubled(Map<String, Integer> expected) {
        Map<Object, Document> onDevice = contents(device, Writers.OWN);
        Map<Object, Document> onHub = contents(atlas, Writers.OWN);
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> all = new LinkedHashMap<>(expected);
        onDevice.keySet().forEach(id -> all.putIfAbsent(id.toString(), 0));
        onHub.keySet().forEach(id -> all.putIfAbsent(id.toString(), 0));
        all.forEach((id, value) -> {
            Document here = onDevice.get(id);
            Document there = onHub.get(id);
            boolean right = value == 0
                    ? here == null && there == null
                    : here != null && here.equals(there) && value.equals(here.getInteger("value"));
            if (!right) {
                wrong.add(id + ": expected " + value + ", on the device " + here + ", in the hub " + there);
            }
        });
        assertThat(wrong).as("of %d documents", all.size()).isEmpty();
        assertThat(contents(device, Writers.SHARED)).isEqualTo(contents(atlas, Writers.SHARED));
    }

    private static Map<Object, Document> contents(MongoDatabase database, String collection) {
        Map<Object, Document> found = new TreeMap<>();
        database.getCollection(collection).find().forEach(document -> {
            document.remove("_sync");
            assertThat(found.put(document.get("_id"), document)).isNull();
        });
        return found;
    }
}
