package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.demo.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** {@code tandem serve} as a process of its own, so that it can be killed like a machine that loses power. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+");
    private static final Duration POLL = Duration.ofMillis(50);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path console;

    private ServeProcess(Process process, Path console) {
        this.process = process;
        this.console = console;
    }

    /**
     * Starts it in both directions.
     *
     * @param directory where it runs and logs; used again after a kill, as on a real machine
     */
    static ServeProcess start(Path directory, String localUri, String hubUri) throws IOException {
        Path console = directory.resolve("console.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TANDEM_"));
        builder.environment().put("MONGODB_URI", localUri);
        builder.environment().put("MONGODB_ATLAS_URI", hubUri);
        builder.environment().put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        builder.environment().put("PORT", "0");
        builder.environment().put("LOG_DIR", directory + File.separator + "logs");
        return new ServeProcess(builder.start(), console);
    }

    /** What it answers to a GET without a body; empty while it does not listen yet. */
    Optional<String> get(String path) throws InterruptedException {
        Matcher address = ADDRESS.matcher(console());
        if (!address.find()) {
            return Optional.empty();
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.group() + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            return Optional.of(
                    CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException notNow) {
            return Optional.empty();
        }
    }

    /** Lets it sleep, as a machine does that is suspended, or wakes it up; by a signal that no process can catch. */
    void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " ended with " + exit);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for something that takes this process, and gives up as soon as it is gone. */
    ConditionFactory awaitWithin(Duration time) {
        return Awaitility.await()
                .atMost(time)
                .pollInterval(POLL)
                .failFast(() -> assertThat(isAlive()).as(console()).isTrue());
    }

    /** What all runs so far have printed. */
    String console() {
        try {
            return Files.readString(console);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** Ends it with a signal that no process can catch, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
