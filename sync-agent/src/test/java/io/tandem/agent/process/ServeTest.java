package io.tandem.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.fault.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tandem serve} from outside: how it starts, how it refuses to start, how it stops. */
class ServeTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void startsServesAndStopsWithinTenSeconds() throws Exception {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                ServeProcess serve = ServeProcess.start(directory, settings(local.uri("bomba"), hub.uri("bomba")))) {
            String url = serve.url();
            await().atMost(Duration.ofSeconds(60)).until(() -> status(url + "/readyz") == 200);
            assertThat(serve.console()).contains("Instance ID", "Local -> Atlas only", "Tandem ");

            long begin = System.nanoTime();
            serve.terminate();

            assertThat(serve.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            assertThat(ServeProcess.read(serve.log("app.log")))
                    .contains("Instance ID")
                    .contains("Tandem stopped");
            assertThat(ServeProcess.read(serve.log("error.log"))).isEmpty();
        }
    }

    @Test
    void stopsWithinTenSecondsAlsoWhileBothDatabasesHang() throws Exception {
        try (FaultProxy toLocal = FaultProxy.listen();
                FaultProxy toHub = FaultProxy.listen();
                EmbeddedMongo local = behind(toLocal);
                EmbeddedMongo hub = behind(toHub)) {
            Map<String, String> settings = settings(local.uri("bomba"), hub.uri("bomba"));
            settings.put("BIDIRECTIONAL_SYNC_ENABLED", "true");
            try (ServeProcess serve = ServeProcess.start(directory, settings)) {
                String url = serve.url();
                await().atMost(Duration.ofSeconds(60)).until(() -> status(url + "/readyz") == 200);
                toLocal.stall();
                toHub.stall();

                long begin = System.nanoTime();
                serve.terminate();

                assertThat(serve.exitCode()).isEqualTo(143);
                // The service's own limit is nine; a busy machine may take longer to end a process than a service
                // manager's would.
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
                assertThat(ServeProcess.read(serve.log("app.log")))
                        .contains("Not everything was given back within 9 s")
                        .contains("Tandem stopped");
            } finally {
                toLocal.heal();
                toHub.heal();
            }
        }
    }

    private static EmbeddedMongo behind(FaultProxy proxy) {
        EmbeddedMongo server = EmbeddedMongo.builder()
                .advertisedAddress(proxy.address())
                .build()
                .start();
        proxy.forwardTo("127.0.0.1", server.port());
        return server;
    }

    @Test
    void aLogThatCannotBeWrittenIsOneMessageAndExitCodeTwo() throws IOException {
        for (String name : new String[] {"app.log", "audit.log"}) {
            Path place = directory.resolve(name);
            Files.createDirectories(place.resolve("logs").resolve(name));
            try (ServeProcess serve =
                    ServeProcess.start(place, settings("mongodb://127.0.0.1:1/bomba", "mongodb://127.0.0.1:2/bomba"))) {
                assertThat(serve.exitCode()).as(serve.console()).isEqualTo(2);
                assertThat(serve.console()).contains("LOG_DIR must be").doesNotContain("\tat ");
            }
        }
    }

    @Test
    void aCertificateOfAnotherKeyIsOneMessageAndExitCodeTwo() throws IOException {
        Map<String, String> settings = settings("mongodb://127.0.0.1:1/bomba", "mongodb://127.0.0.1:2/bomba");
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "no PEM at all");
        settings.put("TLS_CERT", nonsense.toString());
        settings.put("TLS_KEY", nonsense.toString());
        try (ServeProcess serve = ServeProcess.start(directory.resolve("run"), settings)) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.console())
                    .contains("TLS_CERT")
                    .contains(nonsense.toString())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void databasesThatAreAwayDoNotStopTheStart() throws Exception {
        Map<String, String> settings =
                settings("mongodb://127.0.0.1:1/bomba", "mongodb://u:planted-password@127.0.0.1:2/bomba");
        try (ServeProcess serve = ServeProcess.start(directory, settings)) {
            String url = serve.url();

            assertThat(status(url + "/livez")).isEqualTo(200);
            assertThat(status(url + "/readyz")).isEqualTo(503);
            String log = ServeProcess.read(serve.log("app.log"));
            assertThat(log)
                    .contains("the local database (mongodb://127.0.0.1:1/bomba)")
                    .contains("Atlas (mongodb://u:<hidden>@127.0.0.1:2/bomba)")
                    .contains("keeps trying");
            assertThat(log + serve.console()).doesNotContain("planted");
        }
    }

    @Test
    void wrongCredentialsAreOneMessageAndExitCodeOne() {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder()
                        .user("shop", "right-password".toCharArray())
                        .build()
                        .start()) {
            String wrong = "mongodb://shop:planted-password@127.0.0.1:" + hub.port() + "/bomba?authSource=admin";
            try (ServeProcess serve = ServeProcess.start(directory, settings(local.uri("bomba"), wrong))) {
                assertThat(serve.exitCode()).isEqualTo(1);
                assertThat(serve.console())
                        .contains("Cannot log in to Atlas")
                        .contains("Correct MONGODB_ATLAS_URI")
                        .doesNotContain("planted")
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void aPortInUseIsOneMessageAndExitCodeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = settings("mongodb://127.0.0.1:1/bomba", "mongodb://127.0.0.1:2/bomba");
            settings.put("PORT", Integer.toString(taken.getLocalPort()));
            try (ServeProcess serve = ServeProcess.start(directory, settings)) {
                assertThat(serve.exitCode()).isEqualTo(1);
                assertThat(serve.console())
                        .contains("Cannot listen on 127.0.0.1:" + taken.getLocalPort())
                        .contains("set PORT");
            }
        }
    }

    @Test
    void wrongSettingsAreOneMessageAndExitCodeTwo() {
        Map<String, String> settings = settings("mongodb://localhost:27017", "mongodb://hub/x");
        settings.put("HOST", "0.0.0.0");
        settings.put("PORT", "http");
        try (ServeProcess serve = ServeProcess.start(directory, settings)) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.console())
                    .contains("3 problems")
                    .contains("names no database")
                    .contains("API_TOKENS is empty")
                    .contains("PORT = \"http\"");
        }
    }

    @Test
    void anUnknownStrategyIsRefusedWithThoseThereAre() {
        Map<String, String> settings = settings("mongodb://127.0.0.1:1/bomba", "mongodb://127.0.0.1:2/bomba");
        settings.put("CONFLICT_RESOLUTION_STRATEGY", "last-writer-wins");
        try (ServeProcess serve = ServeProcess.start(directory, settings)) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.console())
                    .contains("last-writer-wins")
                    .contains("last-write-wins")
                    .contains("field-merge");
        }
    }

    @Test
    void printsTheSettingsInForceAndWhereTheyCameFrom() {
        Map<String, String> settings = settings("mongodb://127.0.0.1:1/bomba", "mongodb://u:planted-password@h/x");
        try (ServeProcess serve = ServeProcess.start(directory, settings, "--print-config")) {
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.console())
                    .contains("MONGODB_ATLAS_URI")
                    .contains("mongodb://u:<hidden>@h/x")
                    .contains("environment")
                    .contains("default")
                    .doesNotContain("planted");
        }
    }

    private static Map<String, String> settings(String local, String hub) {
        return new LinkedHashMap<>(Map.of("MONGODB_URI", local, "MONGODB_ATLAS_URI", hub));
    }

    private int status(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
