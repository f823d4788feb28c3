package io.tandem.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tandem migrate} from the first phase to the last with a real agent, interrupted on the way, and each way back. */
class MigrateWalkTest {

    private static final String SETTINGS = "# Shop 7\n"
            + "BIDIRECTIONAL_SYNC_ENABLED=false  # Start disabled!\n"
            + "BIDIRECTIONAL_EXCLUDED_COLLECTIONS=sessions,logs  # of this device\n";
    private static final int BUSY_MACHINE_TRIES = 30;

    @Test
    void theWalkIsDonePhaseByPhaseAndBack(@TempDir Path directory) {
        try (World world = World.embedded(directory, Path.of("target/transcripts/migrate.txt"))) {
            world.write(".env", SETTINGS);
            beforeTheAgentRuns(world);
            someCollections(world);
            interruptedWhileWatching(world);
            allCollections(world);
            backAgain(world);
        }
    }

    private static World.Outcome succeeds(World world, String line) {
        World.Outcome outcome = world.type("sh", line + "\n");
        assertThat(outcome.exitCode())
                .as("%s\n%s\n%s", line, outcome.output(), world.agentConsole())
                .isZero();
        return outcome;
    }

    private static World.Outcome fails(World world, String line) {
        World.Outcome outcome = world.type("sh", line + "\n");
        assertThat(outcome.exitCode()).as("%s\n%s", line, outcome.output()).isEqualTo(1);
        return outcome;
    }

    private static void beforeTheAgentRuns(World world) {
        assertThat(succeeds(world, "tandem migrate").output())
                .contains("Phase 1 of 6", "Both databases are fit", "(selftest basic, integration, origin)");
        assertThat(succeeds(world, "tandem migrate").output())
                .contains("Phase 2 of 6", "Backup of local: 15 documents", "Backup of atlas: 13 documents")
                .contains("checksums verified");
        assertThat(fails(world, "tandem migrate").output()).contains("No agent answers", "Nothing is lost");
        assertThat(fails(world, "tandem migrate --json").output()).contains("\"problem\"", "No agent answers");
        succeeds(world, "systemctl start tandem");
        assertThat(succeeds(world, "tandem migrate").output()).contains("Phase 3 of 6", "local feed is connected");
    }

    private static void someCollections(World world) {
        assertThat(succeeds(world, "tandem migrate --critical orders").output())
                .contains("Phase 4 of 6", "Atlas Change Stream connected", "The first comparison is done");
        assertThat(world.read(".env"))
                .isEqualTo("# Shop 7\n"
                        + "BIDIRECTIONAL_SYNC_ENABLED=true  # Start disabled!\n"
                        + "BIDIRECTIONAL_EXCLUDED_COLLECTIONS=sessions,logs,orders  # of this device\n");
        world.inDatabase(false, hub -> {
            hub.getCollection("orders").insertOne(new Document("_id", "critical"));
            hub.getCollection("menuitems").insertOne(new Document("_id", "harmless"));
        });
        assertThat(succeeds(world, "until tandem collections | grep 'menuitems *both *11'; do :; done")
                        .output())
                .contains("menuitems");
        assertThat(count(world, "orders", "critical")).isZero();
        assertThat(count(world, "menuitems", "harmless")).isOne();
    }

    private static long count(World world, String collection, String id) {
        AtomicLong count = new AtomicLong();
        world.inDatabase(
                true, device -> count.set(device.getCollection(collection).countDocuments(new Document("_id", id))));
        return count.get();
    }

    private static void interruptedWhileWatching(World world) {
        world.type("sh", "timeout -s KILL 5 tandem migrate --watch 30m || true\n");
        assertThat(succeeds(world, "tandem migrate status").output())
                .contains("✓ 4")
                .doesNotContain("✓ 5");
        for (int tried = 0; tried < BUSY_MACHINE_TRIES; tried++) {
            World.Outcome outcome = world.type("sh", "tandem migrate --watch 1s\n");
            if (outcome.exitCode() == 0) {
                assertThat(outcome.output()).contains("Phase 5 of 6", "Watched for 1 s: healthy");
                return;
            }
            // That this machine is busy now is no fault: the mean falls with every change that is faster.
            assertThat(outcome.output()).contains("Processing takes");
            world.inDatabase(
                    true,
                    device -> device.getCollection("menuitems")
                            .insertOne(new Document("note", "one more, now that everything is warm")));
            world.inDatabase(
                    false, hub -> hub.getCollection("menuitems").insertOne(new Document("note", "and one from there")));
        }
        throw new AssertionError("never fast enough:\n" + world.agentConsole());
    }

    private static void allCollections(World world) {
        assertThat(succeeds(world, "tandem migrate").output())
                .contains("Phase 6 of 6", "compared by content and are equal", "The migration is complete");
        assertThat(world.read(".env")).contains("BIDIRECTIONAL_EXCLUDED_COLLECTIONS=sessions,logs  # of this device");
        assertThat(count(world, "orders", "critical")).isOne();
        assertThat(succeeds(world, "tandem migrate status").output()).contains("✓ 6", "Backup of the device:");
    }

    private static void backAgain(World world) {
        assertThat(succeeds(world, "tandem migrate rollback partial --collections orders")
                        .output())
                .contains("orders is push-only in the running agent");
        assertThat(world.read(".env")).contains("COLLECTIONS=sessions,logs,orders  # of this device");
        assertThat(succeeds(world, "tandem migrate rollback emergency --json").output())
                .contains("\"steps\"", "Bidirectional sync is disabled");
        assertThat(world.read(".env")).contains("BIDIRECTIONAL_SYNC_ENABLED=false  # Start disabled!");
        assertThat(fails(world, "tandem migrate rollback full --yes").output()).contains("Sync is active on database");
        succeeds(world, "systemctl stop tandem");
        assertThat(fails(world, "tandem migrate rollback full --atlas --yes").output())
                .as("a device reported to the hub a moment ago, and nothing was restored")
                .contains("--even-if-devices-run")
                .doesNotContain("documents restored");
        assertThat(count(world, "menuitems", "harmless")).isOne();
        assertThat(succeeds(world, "tandem migrate rollback full --atlas --even-if-devices-run --yes")
                        .output())
                .contains("15 documents restored into local", "13 documents restored into atlas");
        assertThat(count(world, "menuitems", "harmless")).isZero();
        succeeds(world, "systemctl start tandem");
        assertThat(succeeds(world, "tandem verify").output()).contains("Both sides are equal");
    }
}
