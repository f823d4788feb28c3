package io.tandem.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Carries out the whole migration guide, block by block from top to bottom, and checks the lines it promises. The transcript is
 * {@code demo/target/transcripts/migration-guide*.txt}. With {@code TANDEM_TEST_LOCAL_URI} and {@code TANDEM_TEST_HUB_URI} it is carried out
 * on those servers as well.
 */
class MigrationGuideTest {

    static final Path PAGE = Path.of("docs/migration-guide.md");

    /** What a command of the guide prints. Words that are missing fail the test. */
    private static final Map<String, List<String>> PROMISES = Map.ofEntries(
            Map.entry(
                    "tandem verify-config",
                    List.of(
                            "✓ Configuration loaded successfully",
                            "✓ Bidirectional sync: disabled (as expected)",
                            "✓ Excluded collections: sessions, logs, notifications, _sync_metadata",
                            "✓ Conflict resolution: last-write-wins")),
            Map.entry("tandem doctor", List.of("Verdict: READY")),
            Map.entry("tandem backup --out backups/pre-bidirectional --gzip", List.of("✓ 15 documents of")),
            Map.entry(
                    "tandem selftest basic",
                    List.of(
                            "✓ Local → Atlas: Document created",
                            "✓ Local → Atlas: Document updated",
                            "✓ Local → Atlas: Document deleted",
                            "✓ All tests passed",
                            "✓ Atlas → Local: Document created",
                            "✓ Atlas → Local: Document updated",
                            "✓ Atlas → Local: Document deleted")),
            Map.entry(
                    "tandem selftest origin",
                    List.of(
                            "✓ Local change marked correctly",
                            "✓ Atlas change marked correctly",
                            "✓ Loop prevention working",
                            "✓ No sync loops detected")),
            Map.entry(
                    "tandem selftest conflict",
                    List.of(
                            "✓ Conflict detected",
                            "✓ Last Write Wins applied",
                            "✓ Both databases consistent",
                            "✓ Conflict logged in metrics")),
            Map.entry(
                    "tandem selftest excluded",
                    List.of(
                            "✓ Sessions collection excluded from Atlas→Local",
                            "✓ Logs collection excluded from Atlas→Local",
                            "✓ Local→Atlas sync still works for excluded collections")),
            Map.entry(
                    "tandem selftest resume-token",
                    List.of(
                            "✓ Resume token saved",
                            "✓ Resume token loaded",
                            "✓ Change Stream resumed from correct position")),
            Map.entry(
                    "tandem selftest errors",
                    List.of(
                            "✓ Connection loss handled",
                            "✓ Reconnection successful",
                            "✓ Invalid change rejected",
                            "✓ Retry logic working")),
            Map.entry(
                    "systemctl start tandem\ntandem status", List.of("\"message\":\"Bidirectional sync is disabled\"")),
            Map.entry("tandem verify\n", List.of("✓ Both sides are equal")),
            Map.entry("tandem migrate rollback\n", List.of("data corruption", "emergency", "full")),
            Map.entry("tandem migrate rollback emergency", List.of("✓ Bidirectional sync is disabled")),
            Map.entry("tandem restore backups/pre-bidirectional --drop", List.of("What happens next:")));

    @Test
    void theWholeGuideOnEmbeddedServers(@TempDir Path directory) throws IOException {
        try (World world = World.embedded(directory, Path.of("target/transcripts/migration-guide.txt"))) {
            carryOut(world);
        }
    }

    @Test
    void theWholeGuideOnGivenServers(@TempDir Path directory) throws IOException {
        String local = System.getenv("TANDEM_TEST_LOCAL_URI");
        String hub = System.getenv("TANDEM_TEST_HUB_URI");
        if (local == null || hub == null) {
            System.err.println(
                    "NOT TESTED HERE: the migration guide on real servers; set TANDEM_TEST_LOCAL_URI and TANDEM_TEST_HUB_URI");
        }
        assumeTrue(local != null && hub != null, "TANDEM_TEST_LOCAL_URI and TANDEM_TEST_HUB_URI are not set");
        try (World world =
                World.on(local, hub, directory, Path.of("target/transcripts/migration-guide-given-servers.txt"))) {
            carryOut(world);
        }
    }

    private static void carryOut(World world) throws IOException {
        List<String> kept = new ArrayList<>();
        for (Block block : Block.of(Path.of("..").resolve(PAGE))) {
            DocumentationTest.parse(block);
            if (block.language().equals("env")) {
                world.write(".env", block.text());
            }
            World.Outcome outcome = DocumentationTest.execute(block, world);
            PROMISES.forEach((command, promises) -> {
                if (block.isCommands() && block.text().contains(command)) {
                    assertThat(outcome.output()).as("%s: %s", block, command).contains(promises);
                    kept.add(command);
                }
            });
        }
        assertThat(kept).as("promises of commands that the guide has").containsAll(PROMISES.keySet());
    }
}
