package io.tandem.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import io.tandem.demo.server.TestDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.Document;

/**
 * What an operator who reads the documentation sits in front of: a shell, the {@code tandem} command of this build, a service manager, two
 * databases with some documents, and a working directory. One thread.
 *
 * <p>The shell and {@code curl} are the real ones. {@code tandem} runs this build's classes in a process of its own; three calls that would
 * never end by themselves get an end ({@code demo}, {@code tail}, {@code embedded}). {@code systemctl start|stop tandem} starts and stops
 * {@code tandem serve}. Everything typed and printed is kept as a transcript
 * ({@code sh -v}).
 */
final class World implements AutoCloseable {

    private static final long BLOCK_MINUTES_MAX = 10;

    private final Path directory;
    private final Path transcript;
    private final TestDatabase local;
    private final TestDatabase hub;
    private final int port = freePort();

    /** What a block printed, and its exit code. */
    record Outcome(int exitCode, String output) {}

    private World(Path directory, Path transcript, TestDatabase local, TestDatabase hub) {
        this.directory = directory;
        this.transcript = transcript;
        this.local = local;
        this.hub = hub;
    }

    /** On embedded servers of its own. */
    static World embedded(Path directory, Path transcript) {
        return new World(directory, transcript, embedded(), embedded()).furnished();
    }

    private static TestDatabase embedded() {
        return TestDatabase.embedded(EmbeddedMongo.builder(), "bomba");
    }

    /** On given servers, in databases with new names, which are dropped at the end. */
    static World on(String localServer, String hubServer, Path directory, Path transcript) {
        return new World(directory, transcript, TestDatabase.given(localServer), TestDatabase.given(hubServer))
                .furnished();
    }

    private World furnished() {
        try {
            fill(local.database(), true);
            fill(hub.database(), false);
            Files.createDirectories(directory.resolve("bin"));
            for (Map.Entry<String, String> script : Scripts.ALL.entrySet()) {
                Path file = Files.writeString(directory.resolve("bin").resolve(script.getKey()), script.getValue());
                assertThat(file.toFile().setExecutable(true)).isTrue();
            }
            Files.createSymbolicLink(directory.resolve("tandem"), directory.resolve("bin/tandem"));
            Files.createDirectories(Optional.ofNullable(transcript.getParent()).orElseThrow());
            Files.deleteIfExists(transcript);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** As one-way sync left it: what the device has, all but the newest two orders also in the hub. */
    private static void fill(MongoDatabase database, boolean device) {
        for (int i = 0; i < 10; i++) {
            database.getCollection("menuitems").insertOne(new Document("_id", i).append("name", "Item " + i));
        }
        for (int i = 0; i < (device ? 5 : 3); i++) {
            database.getCollection("orders").insertOne(new Document("_id", i).append("total", 5));
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** Writes a file into the working directory. */
    void write(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String read(String name) {
        try {
            return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Types lines into a shell, and then waits until a running agent has nothing more to do. Stops at the first that fails. */
    Outcome type(String shell, String lines) {
        Outcome outcome = run(shell, lines);
        note(outcome);
        Outcome quiet = run("sh", "quiet");
        assertThat(quiet.exitCode())
                .as("the agent comes to rest: %s", quiet.output())
                .isZero();
        return outcome;
    }

    private Outcome run(String shell, String lines) {
        Path script = directory.resolve("bin/.typed");
        Path output = directory.resolve("bin/.output");
        try {
            Files.writeString(script, lines, StandardCharsets.UTF_8);
            ProcessBuilder builder = new ProcessBuilder(shell, "-euv", script.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("TANDEM_") || name.startsWith("MONGODB_"));
            environment.put("PATH", directory.resolve("bin") + ":" + environment.getOrDefault("PATH", "/usr/bin:/bin"));
            environment.put(
                    "JAVA",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());
            environment.put("BUILD", System.getProperty("java.class.path"));
            environment.put(
                    "CHECKOUT", Path.of("..").toAbsolutePath().normalize().toString());
            environment.put("MONGODB_URI", local.uri());
            environment.put("MONGODB_ATLAS_URI", hub.uri());
            environment.put("PORT", String.valueOf(port));
            environment.put("INSTANCE_ID", "docs-" + port);
            Process process = builder.start();
            if (!process.waitFor(BLOCK_MINUTES_MAX, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("did not end within " + BLOCK_MINUTES_MAX + " minutes:\n" + lines + "\n"
                        + Files.readString(output, StandardCharsets.UTF_8));
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private void note(Outcome outcome) {
        StringBuilder text = new StringBuilder(outcome.output());
        if (outcome.exitCode() != 0) {
            text.append("(exit code ").append(outcome.exitCode()).append(")\n");
        }
        try {
            Files.writeString(
                    transcript,
                    text.append('\n'),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Works in one of the databases directly, as an application would. */
    void inDatabase(boolean ofDevice, Consumer<MongoDatabase> work) {
        work.accept((ofDevice ? local : hub).database());
    }

    /** The lines of the agent's console, for the reason of a failure. */
    String agentConsole() {
        return Files.exists(directory.resolve("serve.log")) ? read("serve.log") : "(no agent was started)";
    }

    @Override
    public void close() {
        run("sh", "systemctl stop tandem");
        local.close();
        hub.close();
    }
}
