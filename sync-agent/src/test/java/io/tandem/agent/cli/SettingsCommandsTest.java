package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsCommandsTest {

    private static final String URIS =
            "MONGODB_URI=mongodb://localhost:27017/bomba\nMONGODB_ATLAS_URI=mongodb+srv://me:hunter22@cluster.example.net/bomba\n";

    @TempDir
    Path directory;

    @Test
    void theGuidesFourLinesComeFirst() throws IOException {
        Files.writeString(directory.resolve(".env"), URIS + "BIDIRECTIONAL_SYNC_ENABLED=false  # Start disabled!\n");

        Cli.Result result = new Cli(directory, Map.of()).run("verify-config");

        assertThat(result.exitCode()).isZero();
        assertThat(result.lines().subList(0, 4))
                .containsExactly(
                        "✓ Configuration loaded successfully",
                        "✓ Bidirectional sync: disabled (as expected)",
                        "✓ Excluded collections: sessions, logs, notifications, _sync_metadata",
                        "✓ Conflict resolution: last-write-wins");
        assertThat(result.out()).contains("PORT", ".env line 1").doesNotContain("hunter22");
    }

    @Test
    void theEnabledStateAndTheOperatorsOrderAreShown() throws IOException {
        Files.writeString(
                directory.resolve("shop.env"),
                URIS
                        + "BIDIRECTIONAL_SYNC_ENABLED=true\nBIDIRECTIONAL_EXCLUDED_COLLECTIONS=zeta,alpha\nCONFLICT_RESOLUTION_STRATEGY=field-merge\n");

        Cli.Result result = new Cli(directory, Map.of()).run("verify-config", "--env-file", "shop.env");

        assertThat(result.lines().subList(1, 4))
                .containsExactly(
                        "✓ Bidirectional sync: enabled",
                        "✓ Excluded collections: zeta, alpha",
                        "✓ Conflict resolution: field-merge");
    }

    @Test
    void wrongSettingsAreExitCodeTwoWithoutSecrets() {
        Cli.Result result = new Cli(directory, Map.of("MONGODB_ATLAS_URI", "mongodb://me:hunter22@x/y", "PORT", "many"))
                .run("verify-config");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("MONGODB_URI is not set", "PORT").doesNotContain("hunter22");
    }

    @Test
    void anUnknownStrategyIsWrong() {
        Map<String, String> environment = Map.of(
                "MONGODB_URI", "mongodb://localhost/a",
                "MONGODB_ATLAS_URI", "mongodb://other/a",
                "CONFLICT_RESOLUTION_STRATEGY", "coin-toss");

        Cli.Result result = new Cli(directory, environment).run("verify-config");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("coin-toss", "last-write-wins");
    }

    @Test
    void anUnknownSelftestIsWrongUsageWithASuggestion() {
        Cli.Result result = new Cli(directory, Map.of()).run("selftest", "integraton");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("Did you mean 'integration'?");
    }

    @Test
    void rollbackShowsTheDecisionTable() {
        Cli.Result result = new Cli(directory, Map.of()).run("migrate", "rollback");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("sync loops detected", "emergency", "data corruption", "full");
    }

    @Test
    void anEmergencyRollbackWithoutAnAgentStillChangesTheSettings() throws IOException {
        Path file = directory.resolve(".env");
        Files.writeString(file, URIS + "BIDIRECTIONAL_SYNC_ENABLED=true\nPORT=1\n");

        Cli.Result result = new Cli(directory, Map.of()).run("migrate", "rollback", "emergency");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("No agent answers");
        assertThat(file).content().contains("BIDIRECTIONAL_SYNC_ENABLED=false").doesNotContain("ENABLED=true");
    }

    @Test
    void aFullRollbackNeedsAYes() throws IOException {
        Files.writeString(directory.resolve(".env"), URIS);

        Cli.Result result = new Cli(directory, Map.of()).run("migrate", "rollback", "full", "--backup", "b");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("Add --yes");
    }
}
