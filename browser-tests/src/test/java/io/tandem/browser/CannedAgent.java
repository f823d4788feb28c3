package io.tandem.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * Answers like an agent, with prepared content, for states that are hard to bring about. Any thread. It has the shapes of
 * docs/http-api.md; {@link LiveAgentTest} shows that the real agent has them too.
 */
final class CannedAgent implements AutoCloseable {

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "svg", "image/svg+xml",
            "woff2", "font/woff2");
    private static final JsonWriterSettings JSON =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    /** Calls that change something, as {@code POST /path body}. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final CannedContent content;

    /** Token to role; empty means that no token is needed. */
    final Map<String, String> tokens = new ConcurrentHashMap<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    CannedAgent() {
        this(new CannedContent());
    }

    CannedAgent(CannedContent content) {
        this.content = content;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!path.startsWith("/api/")) {
                file(exchange, path.equals("/") ? "/index.html" : path);
                return;
            }
            String role = role(exchange);
            if (role.isEmpty()) {
                json(exchange, 401, problem(401, "Unauthorized", "Send a token that the agent knows."));
            } else if (path.equals("/api/events") && content.streamsLeft) {
                events(exchange);
            } else if (path.equals("/api/events")) {
                json(exchange, 429, problem(429, "Too many requests", "There are 32 event streams already."));
            } else if (exchange.getRequestMethod().equals("GET")) {
                String query = exchange.getRequestURI().getQuery();
                Document found = content.get(path, query == null ? "" : query, role, !tokens.isEmpty());
                json(exchange, found == null ? 404 : 200, found == null ? problem(404, "Not found", path) : found);
            } else {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String refusal = content.refusal;
                calls.add((exchange.getRequestMethod() + " " + path + " " + body).strip());
                json(
                        exchange,
                        refusal == null ? 200 : 503,
                        refusal == null
                                ? content.changed(exchange.getRequestMethod(), path, body)
                                : problem(503, "Not now", refusal));
            }
        }
    }

    private String role(HttpExchange exchange) {
        if (tokens.isEmpty()) {
            return "admin";
        }
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null ? "" : tokens.getOrDefault(header.replaceFirst("^Bearer ", ""), "");
    }

    private static Document problem(int status, String title, String detail) {
        return new Document("type", "about:blank")
                .append("title", title)
                .append("status", status)
                .append("detail", detail);
    }

    private void events(HttpExchange exchange) throws IOException {
        CountDownLatch opened = content.streamOpened();
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            do {
                String event = "event: status\ndata: " + content.status().toJson(JSON) + "\n\n";
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            } while (!opened.await(500, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void file(HttpExchange exchange, String name) throws IOException {
        try (InputStream in = CannedAgent.class.getResourceAsStream("/dashboard" + name)) {
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.getResponseHeaders().add("Content-Security-Policy", POLICY);
            byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
            exchange.sendResponseHeaders(in == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void json(HttpExchange exchange, int status, Document body) throws IOException {
        byte[] bytes = body.toJson(JSON).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops at once, as a killed agent would. */
    @Override
    public void close() {
        content.breakStreams();
        server.stop(0);
        threads.shutdownNow();
    }
}
