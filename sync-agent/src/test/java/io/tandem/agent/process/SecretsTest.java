package io.tandem.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.sun.net.httpserver.HttpServer;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants a secret in every place that has one and content into documents, makes a live agent talk as much as it can - errors, refusals,
 * conflicts, quarantine, a hub that goes away - and searches everything that came out: console, log files, audit log, every answer.
 */
class SecretsTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    /** With characters that URLs, JSON and logs each write in another way. */
    private static final String PASSWORD = "plantedPw/@:%\"\\+ 1";

    private static final String TOKEN = "planted-admin-token-0123456789";
    private static final String WEBHOOK_KEY = "planted-webhook-key";
    private static final String WEBHOOK_SECRET = "planted-webhook-secret";
    private static final String CONTENT = "plantedContent";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> answers = new TreeMap<>();

    @Test
    void nothingThatWasPlantedComesOutAnywhere(@TempDir Path directory) throws Exception {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        receiver.start();
        for (String format : List.of("text", "json")) {
            Path place = directory.resolve(format);
            try (EmbeddedMongo local = server();
                    EmbeddedMongo hub = server();
                    ServeProcess serve = ServeProcess.start(place, settings(local, hub, receiver, format))) {
                String url = serve.url();
                await().atMost(WAIT_MAX)
                        .until(() -> call("GET", url + "/readyz", "").statusCode() == 200);
                talk(url);
                quarantine(local, hub, url);
                askEverything(url);
                hub.stop();
                await().atMost(WAIT_MAX)
                        .until(() ->
                                ServeProcess.read(serve.log("error.log")).contains("Change Stream connection failed"));
                askEverything(url);
                serve.terminate();
                serve.exitCode();
            }
            search(place);
        }
        receiver.stop(0);
        for (Map.Entry<String, String> answer : answers.entrySet()) {
            assertThat(answer.getValue())
                    .as(answer.getKey())
                    .doesNotContain("plantedPw")
                    .doesNotContain("planted-");
        }
    }

    @Test
    void aWrongPasswordAndWrongSettingsDoNotRepeatIt(@TempDir Path directory) throws IOException {
        try (EmbeddedMongo local = server();
                EmbeddedMongo hub = server()) {
            run(
                    directory.resolve("login"),
                    Map.of("MONGODB_URI", uri(local), "MONGODB_ATLAS_URI", uri(hub, "plantedPw/wrong")),
                    1);
        }
        run(
                directory.resolve("settings"),
                Map.of(
                        "MONGODB_URI", "mongodb://shop:plantedPw/1@localhost/bomba",
                        "MONGODB_ATLAS_URI", "mongodb://shop:plantedPw@hub:99999/bomba",
                        "API_TOKENS", "boss:king:" + TOKEN,
                        "ALERT_WEBHOOK_URL", "ftp://hooks.example.com/planted-path",
                        "PORT", "many"),
                2);
    }

    private void run(Path place, Map<String, String> settings, int exitCode) throws IOException {
        try (ServeProcess serve = ServeProcess.start(place, settings)) {
            assertThat(serve.exitCode()).as(serve.console()).isEqualTo(exitCode);
        }
        search(place);
    }

    /** Calls that are refused, and some that put secrets where nobody expects them. */
    private void talk(String url) throws Exception {
        String sync = url + "/api/sync/bidirectional";
        for (String call : List.of(
                "/api/menu?filter=" + encoded("{\"$where\":\"" + CONTENT + "\"}"),
                "/api/menu?token=" + TOKEN,
                "/api/menu/" + encoded(PASSWORD),
                "/" + TOKEN)) {
            call("GET", url + call, "");
        }
        call("POST", url + "/api/menu", "{\"_id\":\"a\",\"email\":\"" + CONTENT + "@example.com\"}");
        call("POST", url + "/api/menu", "{\"_id\":\"a\",\"email\":\"" + CONTENT + "@example.com\"}");
        call("PUT", url + "/api/menu/a", "{\"email\":\"" + CONTENT + "\",\"x\":{\"$bad\":1}}");
        call("POST", sync + "/toggle", "{\"enabled\":\"" + TOKEN + "\"}");
        call("POST", sync + "/collections/nowhere/pause", "");
        client.send(
                HttpRequest.newBuilder(URI.create(sync + "/health"))
                        .header("Authorization", "Bearer planted-guess-0123456789")
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    /** A unique index that only the hub has refuses the second document; servers quote the value when they do. */
    private void quarantine(EmbeddedMongo local, EmbeddedMongo hub, String url) {
        try (MongoClient here = MongoClients.create(uri(local));
                MongoClient there = MongoClients.create(uri(hub))) {
            MongoCollection<Document> remote = there.getDatabase("bomba").getCollection("users");
            remote.createIndex(Indexes.ascending("email"), new IndexOptions().unique(true));
            MongoCollection<Document> mine = here.getDatabase("bomba").getCollection("users");
            mine.insertOne(new Document("_id", 1).append("email", CONTENT + "@example.com"));
            mine.insertOne(new Document("_id", 2).append("email", CONTENT + "@example.com"));
            await().atMost(WAIT_MAX)
                    .until(() -> BsonDocument.parse(call("GET", url + "/api/sync/bidirectional/quarantine", "")
                                            .body())
                                    .getNumber("total")
                                    .intValue()
                            > 0);
        }
    }

    private void askEverything(String url) throws Exception {
        BsonDocument paths = BsonDocument.parse(
                        call("GET", url + "/openapi.json", "").body())
                .getDocument("paths");
        for (String path : paths.keySet()) {
            if (paths.getDocument(path).containsKey("get") && !path.equals("/api/events")) {
                String called = path.replace("{resource}", "menu")
                        .replace("{name}", "users")
                        .replace("{id}", "a");
                HttpResponse<String> answer = call("GET", url + called, "");
                answers.put(called + " " + answers.size(), answer.headers().map() + "\n" + answer.body());
            }
        }
    }

    private HttpResponse<String> call(String method, String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(40))
                .header("Authorization", "Bearer " + TOKEN)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            answers.put(method + " " + answers.size(), answer.headers().map() + "\n" + withoutInstance(answer.body()));
        }
        return answer;
    }

    /** A problem repeats the path that the caller itself sent; that is no leak. */
    private static String withoutInstance(String body) {
        return body.replaceAll("\"instance\":\"[^\"]*\"", "");
    }

    private static void search(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(place)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            // Document content may be in no log; in answers to who asks for documents it must be.
            assertThat(Files.readString(file, StandardCharsets.UTF_8))
                    .as(file.toString())
                    .doesNotContainIgnoringCase("planted");
        }
    }

    private static Map<String, String> settings(
            EmbeddedMongo local, EmbeddedMongo hub, HttpServer receiver, String format) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("MONGODB_URI", uri(local));
        settings.put("MONGODB_ATLAS_URI", uri(hub));
        settings.put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        settings.put("CHANGE_STREAM_RECONNECT_INTERVAL", "300ms");
        settings.put("CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS", "1");
        settings.put("API_TOKENS", "boss:admin:" + TOKEN);
        settings.put("LOG_FORMAT", format);
        settings.put(
                "ALERT_WEBHOOK_URL",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook/" + WEBHOOK_KEY + "?key=" + WEBHOOK_KEY);
        settings.put("ALERT_WEBHOOK_SECRET", WEBHOOK_SECRET);
        return settings;
    }

    private static EmbeddedMongo server() {
        return EmbeddedMongo.builder()
                .user("shop", PASSWORD.toCharArray())
                .build()
                .start();
    }

    private static String uri(EmbeddedMongo server) {
        return uri(server, PASSWORD);
    }

    private static String uri(EmbeddedMongo server, String password) {
        return "mongodb://shop:" + encoded(password) + "@127.0.0.1:" + server.port()
                + "/bomba?replicaSet=rs0&authSource=admin";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
