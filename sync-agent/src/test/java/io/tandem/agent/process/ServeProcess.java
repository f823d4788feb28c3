package io.tandem.agent.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code tandem serve} as a process of its own, in a directory of its own. */
public final class ServeProcess implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("Dashboard\\s+(https?://\\S+)/");

    /** A busy build machine is slow; a healthy one needs two seconds. */
    private static final Duration START_MAX = Duration.ofSeconds(90);

    private final Path directory;
    private final Process process;

    private ServeProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    public static ServeProcess start(Path directory, Map<String, String> settings, String... options) {
        try {
            Files.createDirectories(directory);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx160m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TandemMain.class.getName(),
                    "serve"));
            command.addAll(List.of(options));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("console.txt").toFile());
            Map<String, String> values = new LinkedHashMap<>(Map.of("PORT", "0", "LOG_DIR", "logs"));
            values.putAll(settings);
            builder.environment().keySet().removeIf(name -> name.startsWith("TANDEM_"));
            builder.environment().putAll(values);
            return new ServeProcess(directory, builder.start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Everything it wrote to its console. */
    public String console() {
        return read(directory.resolve("console.txt"));
    }

    public Path log(String name) {
        return directory.resolve("logs").resolve(name);
    }

    public static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Where it listens; waits for the banner. */
    public String url() {
        await().atMost(START_MAX).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("tandem serve ended: " + console());
            }
            return URL.matcher(console()).find();
        });
        Matcher url = URL.matcher(console());
        if (!url.find()) {
            throw new IllegalStateException("no address in " + console());
        }
        return url.group(1);
    }

    /** Waits for its end and returns its exit code. */
    public int exitCode() {
        try {
            if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("tandem serve did not end: " + console());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
