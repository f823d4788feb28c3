package io.tandem.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Carries out every {@code curl} and {@code grep} line of the reference guide with the real programs against two live devices and a hub, and
 * checks what the guide promises. Hosts and {@code pm2 logs} are mapped as the contract says; nothing else is changed. A line of the guide
 * that this test has no promise for fails it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuideReplayTest {
    private static final Duration SYNC_MAX = Duration.ofSeconds(60);

    private static final String HEALTH = "curl -s http://localhost:5000/api/sync/bidirectional/health";

    private EmbeddedMongo hub = EmbeddedMongo.builder().build();
    private EmbeddedMongo localA = EmbeddedMongo.builder().build();
    private EmbeddedMongo localB = EmbeddedMongo.builder().build();
    private Path directory = Path.of("");
    private String itemId = "";
    private final List<String> replayed = new ArrayList<>();

    /** What a command printed, and its exit code. */
    private record Outcome(int exitCode, String output) {}

    /** Recognises a command of the guide and checks what it promises. */
    private record Promise(String contains, Check check) {}

    private interface Check {
        void check(String command) throws IOException, InterruptedException;
    }

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        hub.start();
        localA.start();
        localB.start();
    }

    @AfterAll
    void stop() {
        localA.close();
        localB.close();
        hub.close();
    }

    @Test
    void everyCommandOfTheGuideWorksUnchanged() throws Exception {
        List<String> commands = GuideCommands.all();
        assertThat(commands).hasSizeGreaterThan(25);
        try (ServeProcess a = serve("a", localA, false)) {
            ready(a);
            replayDisabled(commands, a);
        }
        try (ServeProcess a = serve("a", localA, true);
                ServeProcess b = serve("b", localB, true)) {
            ready(a);
            ready(b);
            await().atMost(SYNC_MAX)
                    .untilAsserted(() -> assertThat(run(HEALTH, a, b).output()).contains("\"health\":\"healthy\""));
            List<Promise> promises = promises(a, b);
            for (String command : commands) {
                promises.stream()
                        .filter(promise -> command.contains(promise.contains()))
                        .findFirst()
                        .orElseThrow(
                                () -> new AssertionError("no promise is known for this line of the guide: " + command))
                        .check()
                        .check(command);
                replayed.add(command);
            }
            alertScript(a, b);
            conflictAndFailure(a, b);
        }
        assertThat(replayed).containsAll(commands);
    }

    /** Phase 1 and the emergency rollback: disabled, and the message the guide shows. */
    private void replayDisabled(List<String> commands, ServeProcess a) throws IOException, InterruptedException {
        String health = commands.stream()
                .filter(command -> command.equals("curl http://localhost:5000/api/sync/bidirectional/health"))
                .findFirst()
                .orElseThrow();
        BsonDocument answer = BsonDocument.parse(run(health, a, a).output());
        assertThat(answer.getBoolean("enabled").getValue()).isFalse();
        assertThat(answer.getString("message").getValue()).isEqualTo("Bidirectional sync is disabled");
    }

    private List<Promise> promises(ServeProcess a, ServeProcess b) {
        return List.of(
                new Promise("-X POST http://localhost:5000/api/menu", command -> create(command, a, b)),
                new Promise("-X POST https://your-domain.com/api/menu", command -> create(command, a, b)),
                new Promise("/api/menu | grep \"Test Item\"", command -> eventually(command, a, b, "Test Item")),
                new Promise(
                        "-X PUT http://localhost:5001/api/menu/ITEM_ID",
                        command -> eventually(command, a, b, "\"price\": 30")),
                new Promise(
                        "-X PUT https://your-domain.com/api/menu/ITEM_ID",
                        command -> eventually(command, a, b, "\"price\": 30")),
                new Promise("-X DELETE https://your-domain.com/api/menu/ITEM_ID", command -> delete(command, a, b)),
                new Promise("/api/menu/ITEM_ID", command -> eventually(command, a, b, "\"price\": 30")),
                new Promise("/toggle", command -> eventually(command, a, b, "\"enabled\":true")),
                new Promise("/api/health", command -> eventually(command, a, b, "\"status\":\"ok\"")),
                new Promise(
                        "grep -q 'healthy' || echo",
                        command -> assertThat(run(command, a, b).output()).doesNotContain("ALERT")),
                new Promise(
                        "HEALTH=$(curl",
                        command -> assertThat(
                                        run(command + "; echo $HEALTH", a, b).output())
                                .contains("\"health\"")),
                new Promise("jq '.atlasToLocal.avgProcessTime'", command -> number(command, a, b, 0, 1e6)),
                new Promise("jq '.atlasToLocal.failed'", command -> number(command, a, b, 0, 0)),
                new Promise("jq '.totalConflicts'", command -> number(command, a, b, 0, 0)),
                new Promise("/metrics", command -> eventually(command, a, b, "atlasToLocal")),
                new Promise("/conflicts", command -> eventually(command, a, b, "totalConflicts")),
                new Promise("bidirectional/health", command -> eventually(command, a, b, "\"enabled\":true")),
                new Promise(
                        "grep \"Change Stream\"",
                        command -> eventually(command, a, b, "Atlas Change Stream started successfully")),
                new Promise("grep \"Sync operation\"", command -> eventually(command, a, b, "Sync operation")),
                new Promise("grep \"Instance ID\"", command -> eventually(command, a, b, "Instance ID")),
                new Promise(
                        "grep \"Atlas change applied successfully\"",
                        command -> eventually(command, a, b, "Atlas change applied successfully")),
                new Promise("grep \"Sync loop detected\"", command -> never(command, a, b)),
                new Promise("grep \"Conflict detected\"", command -> never(command, a, b)),
                new Promise(
                        "grep \"Retry attempt\"",
                        command -> assertThat(run(command, a, b).exitCode()).isIn(0, 1)),
                new Promise("grep \"ERROR\"", command -> never(command, a, b)),
                new Promise("grep \"Change Stream connection failed\"", command -> never(command, a, b)));
    }

    private void create(String command, ServeProcess a, ServeProcess b) throws IOException, InterruptedException {
        BsonDocument created = BsonDocument.parse(run(command, a, b).output());
        itemId = created.getObjectId("_id").getValue().toHexString();
        assertThat(created.getString("name").getValue()).isEqualTo("Test Item");
        await().atMost(SYNC_MAX)
                .until(() -> run("curl -s http://localhost:5001/api/menu/ITEM_ID", a, b)
                        .output()
                        .contains("Test Item"));
    }

    private void delete(String command, ServeProcess a, ServeProcess b) throws IOException, InterruptedException {
        assertThat(run(command, a, b).exitCode()).isZero();
        await().atMost(SYNC_MAX)
                .until(() -> run("curl -s http://localhost:5001/api/menu/ITEM_ID", a, b)
                        .output()
                        .contains("\"status\":404"));
    }

    private void eventually(String command, ServeProcess a, ServeProcess b, String promised) {
        await().alias(command).atMost(SYNC_MAX).until(() -> {
            Outcome outcome = run(command, a, b);
            return outcome.exitCode() == 0 && outcome.output().contains(promised);
        });
    }

    private void never(String command, ServeProcess a, ServeProcess b) throws IOException, InterruptedException {
        Outcome outcome = run(command, a, b);
        assertThat(outcome.exitCode()).as(command + "\n" + outcome.output()).isEqualTo(1);
    }

    private void number(String command, ServeProcess a, ServeProcess b, double min, double max)
            throws IOException, InterruptedException {
        assertThat(Double.parseDouble(run(command, a, b).output().strip()))
                .as(command)
                .isBetween(min, max);
    }

    private void alertScript(ServeProcess a, ServeProcess b) throws IOException, InterruptedException {
        assertThat(run(GuideCommands.alertScript(), a, b).output()).doesNotContain("ALERT");
    }

    /** The guide's test 4, and its error patterns: a hub that goes away, and two edits of one document meanwhile. */
    private void conflictAndFailure(ServeProcess a, ServeProcess b) throws Exception {
        create(
                "curl -s -X POST http://localhost:5000/api/menu -H \"Content-Type: application/json\" -d '{\"name\":\"Test Item\",\"price\":1}'",
                a,
                b);
        hub.stop();
        for (String log : new String[] {"error.log", "app.log"}) {
            eventually(
                    "grep \"Change Stream connection failed\" server/logs/" + log,
                    a,
                    b,
                    "Change Stream connection failed");
        }
        eventually("grep \"ERROR\" server/logs/error.log", a, b, "ERROR");
        String put =
                "curl -s -X PUT http://localhost:%d/api/menu/ITEM_ID -H 'Content-Type: application/json' -d '{\"price\":%d}'";
        assertThat(run(String.format(put, 5000, 40), a, b).output()).contains("\"price\": 40");
        assertThat(run(String.format(put, 5001, 50), a, b).output()).contains("\"price\": 50");
        hub.start();
        await().atMost(SYNC_MAX).until(() -> {
            String here =
                    run("curl -s http://localhost:5000/api/menu/ITEM_ID", a, b).output();
            return here.contains("\"price\": 50")
                    && here.equals(run("curl -s http://localhost:5001/api/menu/ITEM_ID", a, b)
                            .output());
        });
        await().atMost(SYNC_MAX)
                .until(() -> Integer.parseInt(run(
                                        "curl -s https://your-domain.com/api/sync/bidirectional/conflicts | jq '.totalConflicts'",
                                        a,
                                        b)
                                .output()
                                .strip())
                        >= 1);
        await().atMost(SYNC_MAX)
                .until(() -> (ServeProcess.read(a.log("app.log")) + ServeProcess.read(b.log("app.log")))
                        .contains("Conflict detected"));
    }

    private ServeProcess serve(String name, EmbeddedMongo local, boolean bidirectional) {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "MONGODB_URI", local.uri("bomba"),
                "MONGODB_ATLAS_URI", hub.uri("bomba"),
                "BIDIRECTIONAL_SYNC_ENABLED", Boolean.toString(bidirectional),
                "INSTANCE_ID", "device-" + name,
                "CHANGE_STREAM_RECONNECT_INTERVAL", "500ms"));
        return ServeProcess.start(directory.resolve(name + "-" + bidirectional), settings);
    }

    private void ready(ServeProcess serve) {
        String url = serve.url();
        await().atMost(SYNC_MAX)
                .until(() -> run("curl -s -o /dev/null -w '%{http_code}' " + url + "/readyz", serve, serve)
                        .output()
                        .contains("200"));
    }

    /** Runs a command of the guide in a shell, hosts and service manager mapped. */
    private Outcome run(String command, ServeProcess a, ServeProcess b) throws IOException, InterruptedException {
        String mapped = command.replaceFirst("^\\*/5( \\*){4} ", "")
                .replaceFirst("^watch -n 5 '(.*)'$", "$1")
                .replace("http://localhost:5000", a.url())
                .replace("http://localhost:5001", b.url())
                .replace("https://your-domain.com", a.url())
                .replace("pm2 logs bomba", "cat " + a.log("app.log"))
                .replace("server/logs/", a.log("") + "/")
                .replace("ITEM_ID", itemId);
        Process process = new ProcessBuilder("bash", "-c", mapped)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("no end of " + mapped);
        }
        return new Outcome(process.exitValue(), output);
    }
}
