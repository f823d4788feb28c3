package io.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The shell script {@code tandem}, in a small checkout with a Java and a Maven that only write down how they were called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for POSIX shells; Windows has tandem.cmd")
class LauncherTest {

    @TempDir
    private Path directory = Path.of("unset");

    private Path checkout = directory;
    private Path tools = directory;

    @BeforeEach
    void makeACheckoutWithASpaceInItsName() throws IOException {
        checkout = Files.createDirectories(directory.resolve("a check out"));
        tools = Files.createDirectories(directory.resolve("tools"));
        Files.copy(Path.of("../tandem"), checkout.resolve("tandem"));
        Files.setPosixFilePermissions(checkout.resolve("tandem"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        for (String module : List.of("demo", "sync-agent", "sync-engine", "embedded-mongo", "benchmarks")) {
            Files.writeString(Files.createDirectories(checkout.resolve(module)).resolve("pom.xml"), "<project/>");
            Files.writeString(
                    Files.createDirectories(checkout.resolve(module + "/src/main/java"))
                            .resolve("A.java"),
                    "class A {}");
        }
        jdk("jdk-17", "17.0.9");
        script(
                "bin/mvn",
                "echo \"mvn $*\" >>'" + calls()
                        + "'; for m in demo/target/tandem benchmarks/target/benchmarks; do mkdir -p "
                        + "$(dirname $m); echo made >$m.jar; done; exit ${MVN_EXIT:-0}");
    }

    @Test
    void buildsOnFirstUseAndNotAgain() throws Exception {
        Run first = tandem("status", "--json");
        Run second = tandem("status");

        assertThat(first.err()).contains("building (first use");
        assertThat(calls("mvn")).hasSize(1);
        assertThat(calls("mvn").get(0)).contains("-q", "-Dquick", "-pl demo -am", "package");
        assertThat(first.out())
                .contains("jdk-17 ")
                .endsWith("-jar " + checkout.toRealPath() + "/demo/target/tandem.jar status --json");
        assertThat(second.err()).isEmpty();
    }

    @Test
    void buildsAgainWhenASourceChangedWasAddedOrWasDeleted() throws Exception {
        tandem("status");

        touch(checkout.resolve("sync-engine/src/main/java/A.java"));
        assertThat(tandem("status").err()).contains("sources changed, building");
        assertThat(calls("mvn")).hasSize(2).allSatisfy(call -> assertThat(call).contains("-pl demo -am"));
        Files.writeString(checkout.resolve("sync-agent/src/main/java/B.java"), "class B {}");
        touch(checkout.resolve("sync-agent/src/main/java"));
        assertThat(tandem("status").err()).contains("building");
        Files.delete(checkout.resolve("sync-agent/src/main/java/B.java"));
        touch(checkout.resolve("sync-agent/src/main/java"));
        assertThat(tandem("status").err()).contains("building");
        assertThat(tandem("status").err()).isEmpty();
        Files.setLastModifiedTime(
                checkout.resolve("benchmarks/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(tandem("status").err())
                .as("the benchmarks are not part of the jar")
                .isEmpty();
    }

    @Test
    void passesArgumentsAndExitCodesThroughUnchanged() throws Exception {
        Run run = tandem(Map.of("JAVA_EXIT", "7"), "echo", "two words", "", "$HOME", "*");

        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(Files.readAllLines(directory.resolve("arguments")).subList(0, 5))
                .containsExactly("echo", "two words", "", "$HOME", "*");
    }

    @Test
    void shortCommandsStartFastAndLongOnesKeepTheFullCompiler() throws Exception {
        assertThat(tandem("status").out()).contains("-XX:TieredStopAtLevel=1").contains("-XX:+UseSerialGC");
        assertThat(tandem("serve").out())
                .doesNotContain("-XX:TieredStopAtLevel")
                .doesNotContain("-XX:+UseSerialGC");
        assertThat(tandem("demo", "--for", "20s").out()).doesNotContain("-XX:TieredStopAtLevel");
        assertThat(tandem(Map.of("TANDEM_JAVA_OPTS", "-Xmx99m -Da=b"), "status").out())
                .contains("-Xmx99m -Da=b -jar");
    }

    @Test
    void jarsWithConflictRulesGoOntoTheClassPath() throws Exception {
        assertThat(tandem(Map.of("TANDEM_CLASSPATH", "/my rules/a.jar:b.jar"), "serve", "x y")
                        .out())
                .contains("-cp " + checkout.toRealPath()
                        + "/demo/target/tandem.jar:/my rules/a.jar:b.jar io.tandem.demo.Main serve x y")
                .doesNotContain("-jar ");
    }

    @Test
    void worksFromAnyDirectoryAndThroughSymbolicLinks() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("else where"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("relative"), Path.of("../a check out/tandem"));
        Path linkToLink = Files.createSymbolicLink(elsewhere.resolve("t"), link);

        Run run = run(elsewhere, Map.of(), List.of(linkToLink.toString(), "status"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("-jar " + checkout.toRealPath() + "/demo/target/tandem.jar status");
    }

    @Test
    void aFailedBuildStartsNothingAndIsTriedAgain() throws Exception {
        Run failed = tandem(Map.of("MVN_EXIT", "1"), "status");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err()).contains("the build failed");
        assertThat(failed.out()).isEmpty();
        assertThat(tandem("status").err()).contains("building");
    }

    @Test
    void aBuildNeverWritesIntoAJarThatMayBeInUse() throws Exception {
        tandem("status");
        Path jar = checkout.resolve("demo/target/tandem.jar");
        Path open = Files.createLink(directory.resolve("still-open.jar"), jar);
        Files.writeString(open, "in use");

        touch(checkout.resolve("pom.xml"));
        tandem("status");

        assertThat(open).hasContent("in use");
        assertThat(jar).hasContent("made");
    }

    @Test
    void prefersJavaHomeAndSkipsWhatIsTooOld() throws Exception {
        Path newer = jdk("jdk-25", "25.0.1");
        Path old = jdk("jdk-8", "1.8.0_402");

        assertThat(tandem(Map.of("JAVA_HOME", newer.toString()), "status").out())
                .startsWith("jdk-25 ");
        assertThat(tandem(Map.of("JAVA_HOME", old.toString()), "status").out()).doesNotStartWith("jdk-8 ");
    }

    @Test
    void saysHowToInstallMavenWhenItIsMissing() throws Exception {
        Files.delete(tools.resolve("bin/mvn"));
        Path script = checkout.resolve("tandem");
        Files.writeString(script, Files.readString(script).replaceAll("/(usr|opt)/", "/nowhere/"));
        Run run = tandem(
                Map.of(
                        "PATH",
                        onlyBasicTools(),
                        "JAVA_HOME",
                        tools.resolve("jdk-17").toString()),
                "status");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("found no Maven")
                .contains("apt-get install")
                .contains("dnf install")
                .contains("brew install");
    }

    @Test
    void testRunsEveryModuleAndPassesWhatFollowsToMaven() throws Exception {
        Path count = Files.createDirectories(checkout.resolve(".ci")).resolve("count-tests");
        Files.copy(Path.of("../.ci/count-tests"), count);
        Files.setPosixFilePermissions(count, PosixFilePermissions.fromString("rwxr-xr-x"));

        Run run = tandem("test", "-pl", "sync-engine");

        assertThat(calls("mvn")).containsExactly("mvn -B -ntp -fae verify -pl sync-engine");
        assertThat(run.out()).endsWith("0 passed, 0 failed");
        assertThat(run.exitCode()).as("no test ran").isEqualTo(1);
    }

    @Test
    void benchBuildsAndRunsTheBenchmarksOnly() throws Exception {
        Run run = tandem("bench", "--quick");

        assertThat(calls("mvn").get(0)).contains("-pl benchmarks -am");
        assertThat(run.out())
                .endsWith("/benchmarks/target/benchmarks.jar --quick")
                .doesNotContain("TieredStopAtLevel");
    }

    // --- the little world
    // ---------------------------------------------------------------------------------------------

    private Run tandem(String... arguments) throws Exception {
        return tandem(Map.of(), arguments);
    }

    private Run tandem(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("tandem").toString()));
        command.addAll(Arrays.asList(arguments));
        return run(directory, environment, command);
    }

    private Run run(Path workingDirectory, Map<String, String> environment, List<String> command) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> variables = builder.environment();
        variables
                .keySet()
                .removeAll(List.of("JAVA_HOME", "MAVEN_HOME", "TANDEM_JAVA_OPTS", "TANDEM_CLASSPATH", "CDPATH"));
        variables.put("PATH", tools.resolve("bin") + ":" + System.getenv("PATH"));
        variables.put("JAVA_HOME", tools.resolve("jdk-17").toString());
        variables.putAll(new TreeMap<>(environment));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the script ended").isTrue();
        return new Run(process.exitValue(), text(out), text(err));
    }

    private Path jdk(String name, String version) throws IOException {
        script(
                name + "/bin/java",
                "echo \"" + name + " $*\"; for a in \"$@\"; do :; done; found=; : >'" + directory.resolve("arguments")
                        + "'; for a in \"$@\"; do [ -n \"$found\" ] && echo \"$a\" >>'" + directory.resolve("arguments")
                        + "'; case $a in *.jar) found=yes;; esac; done; exit ${JAVA_EXIT:-0}");
        script(name + "/bin/javac", "exit 0");
        Files.writeString(tools.resolve(name + "/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return tools.resolve(name);
    }

    private void script(String name, String body) throws IOException {
        Path file = tools.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String onlyBasicTools() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("basic"));
        for (String name :
                List.of("sh", "dirname", "readlink", "sed", "head", "find", "cat", "mkdir", "rm", "mv", "sleep")) {
            Path tool = List.of("/bin/", "/usr/bin/").stream()
                    .map(place -> Path.of(place + name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(bin.resolve(name), tool);
        }
        return bin.toString();
    }

    private Path calls() {
        return directory.resolve("calls");
    }

    private List<String> calls(String beginning) throws IOException {
        return Files.readAllLines(calls()).stream()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    /** Makes the file newer than anything built so far, without waiting for the clock of the file system. */
    private void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        for (Path stamp :
                List.of(checkout.resolve("demo/target/tandem.jar.built"), checkout.resolve("demo/target/tandem.jar"))) {
            Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(10)));
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    private record Run(int exitCode, String out, String err) {}
}
