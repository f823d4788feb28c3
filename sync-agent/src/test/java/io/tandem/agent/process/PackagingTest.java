package io.tandem.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the files of packaging/ and the Dockerfile to what the issue asks for, with systemd's own checker where it is installed. */
class PackagingTest {
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");

    /** Above 5 systemd itself calls a service exposed. */
    private static final double EXPOSURE_MAX = 2.5;

    @Test
    void theUnitIsValidAndHardened(@TempDir Path directory) throws Exception {
        String unit = read("packaging/systemd/tandem.service");
        assertThat(unit)
                .contains("User=tandem", "NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet=\n")
                .contains(
                        "EnvironmentFile=/etc/tandem/tandem.env",
                        "SuccessExitStatus=143",
                        "RestartPreventExitStatus=2");
        assertThat(number(unit, "TimeoutStopSec=(\\d+)")).isGreaterThan(10);
        if (!Files.isExecutable(Path.of("/usr/bin/systemd-analyze"))) {
            System.out.println(
                    "NOT TESTED HERE: packaging/systemd/tandem.service by systemd-analyze, which is not installed");
            return;
        }
        // The program itself is not installed where tests run; everything else is checked as it is.
        Path copy = Files.writeString(
                directory.resolve("tandem.service"), unit.replaceFirst("(?m)^ExecStart=.*$", "ExecStart=/bin/true"));
        assertThat(output("systemd-analyze", "verify", copy.toString())).doesNotContain("tandem.service:");
        String security = output("systemd-analyze", "security", "--offline=true", copy.toString());
        Matcher exposure = EXPOSURE.matcher(security);
        assertThat(exposure.find()).as(security).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThan(EXPOSURE_MAX);
    }

    @Test
    void theEnvironmentFileNamesOnlySettingsThatThereAre() throws IOException {
        Map<String, String> values = new TreeMap<>();
        read("packaging/systemd/tandem.env")
                .lines()
                .filter(line -> !line.startsWith("#") && line.contains("="))
                .forEach(line -> values.put(line.substring(0, line.indexOf('=')), line));

        assertThat(Settings.names()).containsAll(values.keySet());
        assertThat(values).containsKeys("MONGODB_URI", "MONGODB_ATLAS_URI", "BIDIRECTIONAL_SYNC_ENABLED");
    }

    @Test
    void theContainerRunsWithoutPrivilegesAndIsCheckedWithAndWithoutTls(@TempDir Path logs) throws Exception {
        String dockerfile = read("Dockerfile");
        assertThat(dockerfile)
                .containsPattern("(?m)^USER 10001$")
                .contains("STOPSIGNAL SIGTERM", "VOLUME /var/lib/tandem", "CMD [\"serve\"]")
                .doesNotContain("latest");
        Matcher check = Pattern.compile("CMD (\\[\"bash\", \"-c\", .*])").matcher(dockerfile);
        assertThat(check.find()).isTrue();
        String script = org.bson.BsonDocument.parse("{\"c\":" + check.group(1) + "}")
                .getArray("c")
                .get(2)
                .asString()
                .getValue();
        String port;
        try (AgentUnderTest agent = AgentUnderTest.start(logs, "API_TOKENS", AgentUnderTest.TOKENS)) {
            port = Integer.toString(java.net.URI.create(agent.url()).getPort());
            assertThat(exitCode(script, "127.0.0.1", port, "")).isZero();
            assertThat(exitCode(script, "0.0.0.0", port, "")).isZero();
            assertThat(exitCode(script, "127.0.0.1", port, "/some/tls.crt")).isZero();
            assertThat(exitCode(script, "127.0.0.2", port, ""))
                    .as("another HOST, where nobody listens")
                    .isNotZero();
        }
        assertThat(exitCode(script, "127.0.0.1", port, "")).isNotZero();
        assertThat(exitCode(script, "127.0.0.1", port, "/some/tls.crt")).isNotZero();
    }

    @Test
    void theImageSaysItsOwnVersionInsteadOfTheBaseImages() throws IOException {
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(read("pom.xml"));

        assertThat(version.find()).isTrue();
        assertThat(read("Dockerfile"))
                .contains(
                        "org.opencontainers.image.version=\"" + version.group(1) + "\"",
                        "org.opencontainers.image.title=\"Tandem\"");
    }

    @Test
    void filesWithSecretsStayOutOfTheImagesBuild() throws IOException {
        assertThat(read(".dockerignore").lines()).contains(".git", ".env", "**/*.env", "logs", "backups");
    }

    @Test
    void theWindowsServiceStopsAsAConsoleDoes() throws IOException {
        String script = read("packaging/windows/install-service.ps1");

        // In mode exe without a StopImage procrun waits until the time is over and kills.
        assertThat(script)
                .contains("--StartMode=jvm", "--StopMode=jvm", "--StopClass=java.lang.System", "LocalService")
                .doesNotContain("Mode=exe");
        Matcher startClass = Pattern.compile("--StartClass=([\\w.]+)").matcher(script);
        assertThat(startClass.find()).isTrue();
        assertThat(read("demo/src/main/java/" + startClass.group(1).replace('.', '/') + ".java"))
                .contains("public static void main(");
        assertThat(number(script, "--StopTimeout=(\\d+)")).isGreaterThan(10);
    }

    @Test
    void theWindowsScriptNoticesWhenAProgramFailsAndKnowsAccountsInEveryLanguage() throws IOException {
        List<String> lines =
                read("packaging/windows/install-service.ps1").lines().toList();

        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().matches("(icacls|sc\\.exe|& ).*")) {
                assertThat(lines.get(i + 1)).as("after %s", lines.get(i)).contains("Confirm-Success");
            }
        }
        assertThat(lines).anyMatch(line -> line.startsWith("icacls $Data /inheritance:r"));
        assertThat(lines).noneMatch(line -> line.contains("Administrators:") || line.contains("SYSTEM:"));
    }

    private static int exitCode(String script, String host, String port, String certificate)
            throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder(List.of("bash", "-c", script))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        bash.environment().put("HOST", host);
        bash.environment().put("PORT", port);
        bash.environment().put("TLS_CERT", certificate);
        return bash.start().waitFor();
    }

    private static int number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Integer.parseInt(found.group(1));
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static String read(String name) throws IOException {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("not inside the project");
            }
            directory = parent;
        }
        return Files.readString(directory.resolve(name));
    }
}
