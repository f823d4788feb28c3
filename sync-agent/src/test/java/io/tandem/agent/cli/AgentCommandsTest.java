package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that speak to a running agent, against prepared answers. */
class AgentCommandsTest {

    private static final String SYNC = "/api/sync/bidirectional";
    private static final String METRICS =
            "{\"atlasToLocal\":{\"totalProcessed\":1000,\"failed\":0,\"avgProcessTime\":12.5,\"p95\":30},"
                    + "\"localToAtlas\":{\"totalProcessed\":10,\"failed\":0,\"avgProcessTime\":2},\"conflicts\":3,\"conflictsLastHour\":1}";

    @TempDir
    Path directory;

    private FakeAgent agent;
    private Cli cli;

    @BeforeEach
    void start() throws IOException {
        agent = new FakeAgent();
        cli = new Cli(directory, Map.of("TANDEM_URL", agent.url(), "TANDEM_TOKEN", "s3cret-token"));
        health("healthy", "connected");
        agent.on("GET " + SYNC + "/metrics", 200, METRICS);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private void health(String state, String stream) {
        agent.on(
                "GET " + SYNC + "/health",
                200,
                "{\"enabled\":true,\"health\":\"" + state
                        + "\",\"reasons\":[],\"instanceId\":\"till-7\",\"role\":\"active\","
                        + "\"changeStream\":{\"status\":\"" + stream
                        + "\",\"reconnectAttempts\":0,\"lastEventAt\":null},"
                        + "\"localFeed\":{\"status\":\"connected\"},\"syncWorker\":{\"running\":true,\"queueSize\":4},"
                        + "\"excludedCollections\":[\"logs\"],\"pausedCollections\":[],\"clockOffsetMs\":12,\"resync\":null}");
    }

    private void resyncing(String progress) {
        agent.on(
                "GET " + SYNC + "/health",
                200,
                "{\"enabled\":true,\"health\":\"healthy\",\"reasons\":[],\"instanceId\":\"till-7\",\"role\":\"active\","
                        + "\"changeStream\":{\"status\":\"connected\"},\"syncWorker\":{\"queueSize\":0},\"resync\":"
                        + progress + "}");
    }

    @Test
    void statusShowsAResyncFromItsBeginning() {
        resyncing(
                "{\"reason\":\"asked for\",\"collection\":\"\",\"documents\":0,\"total\":0,\"differing\":0,\"percent\":0.0}");
        assertThat(cli.run("status").out())
                .contains("Resync (asked for): about to begin")
                .doesNotContain("%");

        resyncing(
                "{\"reason\":\"asked for\",\"collection\":\"orders\",\"documents\":1,\"total\":4,\"differing\":0,\"percent\":25.0}");

        assertThat(cli.run("status").out()).contains("Resync (asked for): orders, 1 of 4 documents, 0 differ, 25%");
    }

    @Test
    void statusShowsHealthDirectionsAndQueue() {
        Cli.Result result = cli.run("status");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("Device till-7 (active): healthy", "Bidirectional sync is on.", "atlas -> local", "Queue 4");
        assertThat(agent.calls()).allMatch(call -> call.endsWith("Bearer s3cret-token"));
    }

    @Test
    void statusAsJsonHoldsBothAnswers() {
        assertThat(cli.run("status", "--json").out())
                .contains("\"health\"", "\"metrics\"", "\"instanceId\": \"till-7\"");
    }

    @Test
    void noAgentIsExplained() {
        agent.close();
        Cli.Result result = cli.run("status");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("No agent answers at " + agent.url(), "tandem serve")
                .doesNotContain("\tat ");
    }

    @Test
    void aWrongTokenIsExplainedAndNotShown() {
        agent.on("GET " + SYNC + "/health", 401, "{\"detail\":\"Unknown token.\"}");
        Cli.Result result = cli.run("status");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("TANDEM_TOKEN", "Unknown token.").doesNotContain("s3cret");
    }

    @Test
    void checkIsOneLineAndOkWhenAllIsWell() {
        Cli.Result result = cli.run("check");

        assertThat(result.exitCode()).isZero();
        assertThat(result.lines()).hasSize(1);
        assertThat(result.out()).startsWith("TANDEM OK - everything is in step | queue=4");
    }

    @Test
    void checkWarnsWhenDegradedAndIsCriticalWhenUnhealthyOrDisconnected() {
        health("degraded", "connected");
        assertThat(cli.run("check").exitCode()).isEqualTo(1);
        health("unhealthy", "connected");
        assertThat(cli.run("check").exitCode()).isEqualTo(2);
        health("healthy", "reconnecting");
        Cli.Result result = cli.run("check");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).startsWith("TANDEM CRITICAL - change stream reconnecting");
    }

    @Test
    void checkKnowsTheThresholdsOfTheGuide() {
        agent.on("GET " + SYNC + "/metrics", 200, METRICS.replace("12.5", "350"));
        assertThat(cli.run("check").exitCode()).isEqualTo(1);
        agent.on("GET " + SYNC + "/metrics", 200, METRICS.replace("12.5", "501"));
        assertThat(cli.run("check").exitCode()).isEqualTo(2);
        agent.on("GET " + SYNC + "/metrics", 200, METRICS.replace("\"failed\":0", "\"failed\":60"));
        assertThat(cli.run("check").exitCode()).isEqualTo(2);
        agent.on("GET " + SYNC + "/metrics", 200, METRICS.replace("LastHour\":1", "LastHour\":21"));
        assertThat(cli.run("check").exitCode()).isEqualTo(2);
    }

    @Test
    void checkIsUnknownWhenNobodyAnswers() {
        agent.close();
        Cli.Result result = cli.run("check");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).startsWith("TANDEM UNKNOWN - ").doesNotContain("|", "queue=");
    }

    @Test
    void aStandbyAgentHasNoChangeStreamOfItsOwn() {
        health("healthy", "disconnected");
        assertThat(cli.run("check").exitCode()).isEqualTo(2);
        agent.on(
                "GET " + SYNC + "/health",
                200,
                "{\"enabled\":true,\"health\":\"healthy\",\"reasons\":[],\"role\":\"standby\",\"changeStream\":{\"status\":\"disconnected\"},"
                        + "\"syncWorker\":{\"queueSize\":0}}");

        assertThat(cli.run("check").exitCode()).isZero();
    }

    @Test
    void checkJudgesWhileSyncIsDisabledOnlyWhatIsOn() {
        agent.on(
                "GET " + SYNC + "/health",
                200,
                "{\"enabled\":false,\"message\":\"Bidirectional sync is disabled\",\"health\":\"healthy\",\"reasons\":[],"
                        + "\"changeStream\":{\"status\":\"disconnected\"},\"syncWorker\":{\"queueSize\":0}}");

        assertThat(cli.run("check").exitCode()).isZero();
        assertThat(cli.run("check", "--require-enabled").exitCode()).isEqualTo(2);
        assertThat(cli.run("check", "--json").out()).contains("\"enabled\": false", "\"level\": \"OK\"");
    }

    @Test
    void whatIsWrongInATailIsSaidBeforeAnythingIsTried() {
        agent.close();

        assertThat(cli.run("tail", "--for", "soon").exitCode()).isEqualTo(2);
    }

    @Test
    void aResyncIsWaitedFor() {
        agent.on("POST " + SYNC + "/resync", 202, "{\"message\":\"begun\"}");
        agent.on("GET " + SYNC + "/resync", 200, "{\"running\":false,\"progress\":null}");

        Cli.Result result = cli.run("resync", "--wait");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("The resync is done.");
        assertThat(agent.calls()).anyMatch(call -> call.startsWith("GET " + SYNC + "/resync"));
    }

    @Test
    void toggleSendsTheStateAndBelievesOnlyTheAnswer() {
        agent.on("POST " + SYNC + "/toggle", 200, "{\"enabled\":true,\"message\":\"Bidirectional sync is enabled\"}");

        assertThat(cli.run("toggle", "on").exitCode()).isZero();
        assertThat(agent.calls()).anyMatch(call -> call.startsWith("POST " + SYNC + "/toggle {\"enabled\": true}"));
        assertThat(cli.run("toggle", "off").exitCode()).isEqualTo(1);
        assertThat(cli.run("toggle", "ON").exitCode()).isZero();
        assertThat(cli.run("toggle", "maybe").exitCode()).isEqualTo(2);
    }

    @Test
    void aCollectionsNameIsEncoded() {
        agent.on("POST " + SYNC + "/collections/menu%2Fitems/mode", 200, "{\"message\":\"done\"}");

        assertThat(cli.run("collections", "mode", "menu/items", "observe").exitCode())
                .isZero();
        assertThat(agent.calls()).anyMatch(call -> call.contains("{\"mode\": \"observe\"}"));
        assertThat(cli.run("collections", "mode", "menu/items", "sideways").exitCode())
                .isEqualTo(2);
    }

    @Test
    void collectionsShowWhatWaitsForApproval() {
        agent.on(
                "GET " + SYNC + "/collections",
                200,
                "{\"items\":[{\"name\":\"orders\",\"mode\":\"paused\",\"reason\":\"guard\",\"heldDeletes\":{\"towards\":\"atlas\",\"before\":100,\"missing\":60}}]}");

        assertThat(cli.run("collections").out()).contains("60 of 100 deletes wait for approval (towards atlas)");
    }

    @Test
    void aConflictIsShownFieldByField() {
        agent.on(
                "GET " + SYNC + "/conflicts/c1",
                200,
                "{\"id\":\"c1\",\"collection\":\"orders\",\"documentId\":7,\"at\":\"2026-11-22T10:00:00Z\",\"device\":\"till-7\",\"strategy\":\"last-write-wins\",\"winner\":\"atlas\","
                        + "\"localDocument\":{\"_id\":7,\"price\":30,\"a\":{\"b\":1}},\"atlasDocument\":{\"_id\":7,\"price\":40,\"a\":{\"b\":1,\"c\":\"\\u001b[31m\"}},"
                        + "\"localVersion\":{\"at\":null,\"origin\":\"till-7\"},\"atlasVersion\":{\"at\":\"2026-11-22T10:00:00Z\",\"origin\":\"atlas\"}}");

        String out = cli.run("conflicts", "show", "c1").out();

        assertThat(out).contains("- price: 30  (local)", "+ price: 40  (atlas)", "    a.b: 1", "+ a.c: ");
        assertThat(out).as("escape sequences in data").doesNotContain("\u001b");
    }

    @Test
    void conflictsAreFilteredByTheAgent() {
        agent.on(
                "GET " + SYNC + "/conflicts?limit=5&collection=or%20ders",
                200,
                "{\"totalConflicts\":0,\"lastHour\":0,\"items\":[]}");

        assertThat(cli.run("conflicts", "--limit", "5", "--collection", "or ders")
                        .out())
                .contains("0 conflicts, 0 in the last hour");
    }

    @Test
    void unknownThingsAreTheAgentsWords() {
        Cli.Result result = cli.run("quarantine", "retry", "nope");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("There is no such thing here.");
    }

    @Test
    void twoDevicesOfOneNameAreAFailure() {
        agent.on(
                "GET " + SYNC + "/devices",
                200,
                "{\"items\":[{\"instanceId\":\"till-7\",\"identityClash\":true,\"self\":true}]}");

        assertThat(cli.run("devices").exitCode()).isEqualTo(1);
    }

    @Test
    void verifyThroughTheAgentExitsOneOnDifferences() {
        agent.on("POST " + SYNC + "/verify", 202, "{\"state\":\"running\"}");
        agent.on(
                "GET " + SYNC + "/verify",
                200,
                "{\"state\":\"done\",\"consistent\":false,\"collections\":[{\"name\":\"orders\",\"local\":2,\"atlas\":1,\"equal\":1,\"different\":0,\"missingLocal\":0,\"missingAtlas\":1,\"samples\":[{\"id\":7,\"kind\":\"missing-atlas\"}]}]}");

        Cli.Result result = cli.run("verify");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("orders/7: missing-atlas", "The sides differ");
    }

    @Test
    void repairWithoutAnAgentIsRefused() {
        agent.close();

        Cli.Result result = cli.run("verify", "--repair");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("--repair needs the running agent");
    }

    @Test
    void resyncAndAcceptHubAreDifferentCalls() {
        agent.on("POST " + SYNC + "/resync", 202, "{\"message\":\"begun\"}");
        agent.on("POST " + SYNC + "/accept-hub", 200, "{\"message\":\"accepted\"}");

        assertThat(cli.run("resync", "--collection", "orders").exitCode()).isZero();
        assertThat(cli.run("resync", "--accept-hub").exitCode()).isZero();
        assertThat(cli.run("resync", "--accept-hub", "--collection", "orders").exitCode())
                .isEqualTo(2);
        assertThat(agent.calls())
                .anyMatch(call -> call.startsWith("POST " + SYNC + "/resync {\"collection\": \"orders\"}"))
                .anyMatch(call -> call.startsWith("POST " + SYNC + "/accept-hub"));
    }

    @Test
    void anAddressThatIsNoneIsWrongUsage() {
        assertThat(cli.run("status", "--url", "localhost").exitCode()).isEqualTo(2);
        assertThat(cli.run("status", "--url", "ftp://x").exitCode()).isEqualTo(2);
    }
}
