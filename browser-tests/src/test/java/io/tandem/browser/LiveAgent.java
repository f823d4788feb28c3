package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device's database, a hub, and {@code tandem serve} between them as a process of its own. One thread. */
final class LiveAgent implements AutoCloseable {

    private static final Pattern DASHBOARD = Pattern.compile("[Dd]ashboard\\s+(https?://\\S+?)/?$");
    private static final String DATABASE = "shop";

    final EmbeddedMongo localServer = EmbeddedMongo.builder().build().start();
    final EmbeddedMongo hubServer;

    /** Where the process runs and writes. */
    final Path directory;

    private final boolean hubIsShared;
    private final MongoClient localClient = MongoClients.create(localServer.uri());
    private final MongoClient hubClient;
    private final Map<String, String> settings;
    private Process process;
    private String address;

    /** @param settings environment variables besides the usual ones of these tests */
    LiveAgent(Map<String, String> settings) {
        this(Optional.empty(), settings);
    }

    private LiveAgent(Optional<EmbeddedMongo> hub, Map<String, String> settings) {
        this.hubIsShared = hub.isPresent();
        this.hubServer = hub.orElseGet(() -> EmbeddedMongo.builder().build().start());
        this.hubClient = MongoClients.create(hubServer.uri());
        this.settings = new HashMap<>(settings);
        try {
            directory = Files.createTempDirectory("tandem-browser");
            process = start();
            address = firstWords(process, directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Another device, with a database of its own, at the same hub. */
    LiveAgent another(String instanceId) {
        return new LiveAgent(Optional.of(hubServer), Map.of("INSTANCE_ID", instanceId));
    }

    private Process start() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("MONGODB_URI", localServer.uri(DATABASE));
        environment.put("MONGODB_ATLAS_URI", hubServer.uri(DATABASE));
        environment.put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        environment.put("CHANGE_STREAM_RECONNECT_INTERVAL", "500");
        environment.put("INSTANCE_ID", "till-7");
        environment.put("PORT", "0");
        environment.putAll(settings);
        return tandem(directory, environment, "serve");
    }

    /** A command of Tandem as a process of its own. */
    static Process tandem(Path directory, Map<String, String> settings, String... command) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java,
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.tandem.demo.Main")
                .directory(directory.toFile())
                .redirectError(directory.resolve("stderr").toFile());
        builder.command().addAll(List.of(command));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MONGODB_") || name.startsWith("API_"));
        environment.putAll(settings);
        return builder.start();
    }

    /** Reads what a process prints up to the address of its dashboard; what comes later is kept from filling the pipe. */
    static String firstWords(Process process, Path directory) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder banner = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            banner.append(line).append('\n');
            Matcher matcher = DASHBOARD.matcher(line);
            if (matcher.find()) {
                CompletableFuture.runAsync(() -> out.lines().forEach(later -> {}));
                return matcher.group(1);
            }
        }
        throw new IllegalStateException("tandem ended: " + banner + Files.readString(directory.resolve("stderr")));
    }

    String address() {
        return address;
    }

    MongoDatabase local() {
        return localClient.getDatabase(DATABASE);
    }

    MongoDatabase hub() {
        return hubClient.getDatabase(DATABASE);
    }

    /** Ends the process without a word, as a crash would. The databases stay. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Starts it again at the address it had. */
    void startAgain() {
        settings.put("PORT", Integer.toString(URI.create(address).getPort()));
        try {
            process = start();
            address = firstWords(process, directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitEnd() {
        try {
            assertThat(process.waitFor(15, TimeUnit.SECONDS))
                    .as("ended within 15 s")
                    .isTrue();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            awaitEnd();
        } finally {
            localClient.close();
            hubClient.close();
            localServer.close();
            if (!hubIsShared) {
                hubServer.close();
            }
        }
    }
}
