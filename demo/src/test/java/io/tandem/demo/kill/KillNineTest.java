package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code serve} process that is killed with {@code kill -9} in the middle of traffic, at random moments, loses nothing and doubles
 * nothing: ten times, and five times on a device without change streams. {@code -Dkill.rounds=30} for more rounds,
 * {@code -Dkill.seed=...} for the same moments again.
 */
class KillNineTest {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 10);
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration QUIET_MAX = Duration.ofMinutes(4);
    /** In the other rounds the test, which knows that the owner is dead, ends the lease instead of waiting ten seconds. */
    private static final int LEASE_RUNS_OUT_EVERY = 5;

    @TempDir
    private Path directory = Path.of("unset");

    @Timeout(value = 1, unit = TimeUnit.HOURS) // for many rounds; what is waited for has bounds of its own
    @Test
    void losesAndDoublesNothingHoweverOftenItIsKilled() throws Exception {
        try (Shop shop = Shop.onReplicaSets()) {
            killAgainAndAgain(shop, ROUNDS);
        }
    }

    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Test
    void losesAndDoublesNothingOnADeviceWithoutChangeStreams() throws Exception {
        try (Shop shop = Shop.withStandaloneDevice()) {
            killAgainAndAgain(shop, (ROUNDS + 1) / 2);
        }
    }

    private void killAgainAndAgain(Shop shop, int rounds) throws Exception {
        long seed = Long.getLong("kill.seed", System.nanoTime());
        System.err.println("kill.seed=" + seed + " kill.rounds=" + rounds);
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> expected;
        try (Writers onDevice = new Writers(shop.device, "device", seed);
                Writers onHub = new Writers(shop.atlas, "hub", seed + 1)) {
            for (int round = 0; round < rounds; round++) {
                killInTheMiddle(shop, random);
                if (round % LEASE_RUNS_OUT_EVERY != 0) {
                    endTheLease(shop);
                }
            }
            expected = new TreeMap<>(onDevice.finish());
            expected.putAll(onHub.finish());
            assertThat(onDevice.changes()).isGreaterThan(100);
            assertThat(onHub.changes()).isGreaterThan(100);
        }
        try (ServeProcess last = shop.serve(directory)) {
            last.awaitWithin(QUIET_MAX)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> shop.assertNothingLostOrDoubled(expected));
        }
    }

    /** Starts a process, waits until it carries changes in both directions, and kills it at a random moment after that. */
    private void killInTheMiddle(Shop shop, SplittableRandom random) throws Exception {
        long up = writtenBy(shop.atlas, "device");
        long down = writtenBy(shop.device, "hub");
        try (ServeProcess agent = shop.serve(directory)) {
            agent.awaitWithin(START_MAX)
                    .until(() -> writtenBy(shop.atlas, "device") != up && writtenBy(shop.device, "hub") != down);
            boolean early = new CountDownLatch(1).await(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            assertThat(early).isFalse();
        }
    }

    /** As the dead process would have done, had it been stopped in order. */
    private static void endTheLease(Shop shop) {
        shop.device
                .getCollection("_sync_metadata")
                .updateOne(
                        new Document("_id", "lease"),
                        new Document("$set", new Document("expiresAt", Date.from(Instant.EPOCH))));
    }

    private static long writtenBy(MongoDatabase database, String name) {
        return database.getCollection(Writers.OWN)
                .countDocuments(new Document("_id", new Document("$regex", "^" + name + "-")));
    }
}
