package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the files of {@code docs/monitoring} to what a live agent really exposes. */
class MonitoringFilesTest {
    private static final Pattern METRIC = Pattern.compile("\\b(?:tandem|jvm|mongodb_driver)_[a-z_]+\\b");
    private static final Pattern RULE = Pattern.compile(
            "      - alert: (\\w+)\\n        expr: (.+)\\n(?:        for: \\d+m\\n)?        labels: \\{severity: (?:warning|critical)}\\n"
                    + "        annotations: \\{summary: \".+\"}\\n");

    @Test
    void everyMetricThatTheFilesUseIsExposed(@TempDir Path logs) throws IOException {
        Set<String> exposed;
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                AgentUnderTest agent = AgentUnderTest.start(logs, "MONGODB_URI", local.uri("bomba"))) {
            assertThat(agent.get("/api/menu").statusCode()).isEqualTo(200);
            exposed = METRIC.matcher(agent.get("/metrics").body())
                    .results()
                    .map(match -> match.group())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        for (String name : new String[] {"prometheus-rules.yml", "grafana-dashboard.json"}) {
            Matcher used = METRIC.matcher(read(name));
            assertThat(used.results().map(match -> match.group()).collect(Collectors.toSet()))
                    .as(name)
                    .isNotEmpty()
                    .isSubsetOf(exposed);
        }
    }

    @Test
    void theRulesAreWellFormedAndCoverTheGuidesSix() throws IOException {
        String rules = read("prometheus-rules.yml");
        Set<String> names =
                RULE.matcher(rules).results().map(match -> match.group(1)).collect(Collectors.toSet());

        assertThat(names).hasSize(rules.split("- alert:", -1).length - 1);
        assertThat(names)
                .contains(
                        "TandemUnhealthy",
                        "TandemSlow",
                        "TandemConflicts",
                        "TandemErrors",
                        "TandemChangeStreamDisconnected",
                        "TandemQueue");
        RULE.matcher(rules).results().map(match -> match.group(2)).forEach(expression -> {
            assertThat(expression.chars().filter(c -> c == '(').count())
                    .isEqualTo(expression.chars().filter(c -> c == ')').count());
            assertThat(expression.chars().filter(c -> c == '{').count())
                    .isEqualTo(expression.chars().filter(c -> c == '}').count());
        });
    }

    /** Prometheus' own tool knows best; where it is missing, the test above has at least read the rules. */
    @Test
    void prometheusTakesTheRulesAndTheyFireWhenTheyShould() throws Exception {
        if (!canRun("promtool", "--version")) {
            System.out.println(
                    "NOT TESTED HERE: docs/monitoring/prometheus-rules.yml by promtool, which is not on the PATH"
                            + " (Debian: apt-get install prometheus)");
            return;
        }
        Path directory = root().resolve("docs/monitoring");

        assertThat(output(directory, "promtool", "check", "rules", "prometheus-rules.yml"))
                .contains("SUCCESS: " + (read("prometheus-rules.yml").split("- alert:", -1).length - 1) + " rules");
        assertThat(output(directory, "promtool", "test", "rules", "prometheus-rules.test.yml"))
                .contains("SUCCESS");
    }

    @Test
    void prometheusTakesWhatTheAgentServes(@TempDir Path logs) throws Exception {
        if (!canRun("promtool", "--version")) {
            System.out.println("NOT TESTED HERE: /metrics by promtool, which is not on the PATH");
            return;
        }
        try (AgentUnderTest agent = AgentUnderTest.start(logs)) {
            Path scraped = Files.writeString(
                    logs.resolve("metrics.txt"), agent.get("/metrics").body());
            Process check = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(scraped.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // 3 means that it has advice on names, such as those that Micrometer gives to figures of the JVM.
            assertThat(check.waitFor()).as(said).isIn(0, 3);
            assertThat(said.lines().filter(line -> line.contains("tandem_"))).isEmpty();
        }
    }

    private static boolean canRun(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static String output(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void theDashboardIsJsonWithAQueryInEveryPanel() throws IOException {
        BsonDocument dashboard = BsonDocument.parse(read("grafana-dashboard.json"));

        assertThat(dashboard.getArray("panels"))
                .isNotEmpty()
                .allMatch(panel -> !panel.asDocument().getArray("targets").isEmpty());
    }

    private static String read(String name) throws IOException {
        return Files.readString(root().resolve("docs/monitoring").resolve(name));
    }

    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("not inside the project");
            }
            directory = parent;
        }
        return directory;
    }
}
