package io.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that know nothing of Tandem, against the embedded server. {@code .ci/strangers} installs them; nothing is downloaded here. */
class StrangersTest {
    private static final Path SCRIPTS = Path.of("src/test/strangers");
    private static final Path PACKAGES = Path.of("../.tandem/strangers/node_modules");

    @TempDir
    private Path directory = Path.of("unset");

    @BeforeEach
    void needTheirPackages() throws Exception {
        String missing = "";
        if (!Files.isDirectory(PACKAGES.resolve("mongosh")) || !Files.isDirectory(PACKAGES.resolve("mongoose"))) {
            missing = "their packages are not in " + PACKAGES.toAbsolutePath().normalize();
        } else if (!hasNode()) {
            missing = "there is no node";
        }
        if (!missing.isEmpty()) {
            String message = "NOT TESTED HERE: mongosh and a Mongoose program against the embedded server, for "
                    + missing + ". Run .ci/strangers, which needs npm, to test it.";
            System.err.println(message);
            Assumptions.abort(message);
        }
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void aMongooseProgramConnectsWritesReadsAndWatches() throws Exception {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start()) {
            assertContent(SCRIPTS.resolve("shop.js").toString(), server.uri("strangers"));
        }
    }

    @Test
    void mongoshConnectsWritesReadsAndWatches() throws Exception {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start()) {
            assertContent(
                    PACKAGES.resolve("mongosh/bin/mongosh.js").toString(),
                    server.uri(),
                    "--quiet",
                    "--norc",
                    "--file",
                    SCRIPTS.resolve("shell.js").toString());
        }
    }

    @Test
    void mongoshLogsIn() throws Exception {
        try (EmbeddedMongo server = EmbeddedMongo.builder()
                .user("shop", "p@ss word".toCharArray())
                .build()
                .start()) {
            assertContent(
                    PACKAGES.resolve("mongosh/bin/mongosh.js").toString(),
                    server.uri(),
                    "--quiet",
                    "--norc",
                    "--file",
                    SCRIPTS.resolve("shell.js").toString());
        }
    }

    private void assertContent(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("node");
        builder.command().addAll(List.of(arguments));
        builder.environment()
                .put("NODE_PATH", PACKAGES.toAbsolutePath().normalize().toString());
        builder.environment().put("HOME", directory.toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as("it ended; it said: " + said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said.strip()).endsWith("is content");
    }
}
