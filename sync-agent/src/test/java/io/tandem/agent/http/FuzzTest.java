package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends malformed input to every call: no server error, no hang, nothing leaked. The seed is printed and replays exactly. */
class FuzzTest {
    private static final int CALLS = Integer.getInteger("tandem.fuzz.calls", 1_500);
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private static final List<String> WORDS = List.of(
            "menuitems",
            "_sync_state",
            "system.users",
            "..",
            "%00",
            "a b",
            "\u00e4\u4e2d",
            "$where",
            "{\"$oid\":\"x\"}",
            "{\"$oid\":\"655f00000000000000000001\"}",
            "655f00000000000000000001",
            "-1",
            "99999999999999999999",
            "null",
            "true",
            "'",
            "\"",
            "\"x\"",
            "<script>",
            "1e9",
            "toggle",
            "conflicts",
            "x".repeat(3000));

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "{",
            "{\"enabled\":true}",
            "{\"enabled\":1}",
            "{\"mode\":\"observe\"}",
            "{\"mode\":[]}",
            "{\"collection\":{}}",
            "{\"sample\":1e999}",
            "{\"sample\":-5,\"repair\":true}",
            "{\"a\":1,\"a\":2}",
            "{\"$set\":{\"a\":1}}",
            "{\"a.b\":1}",
            "{\"\":1}",
            "{\"_sync\":{}}",
            "{\"_id\":[1]}",
            "{\"_id\":null}",
            "{\"_id\":{\"$oid\":\"nope\"}}",
            "{\"a\":{\"$numberLong\":\"9223372036854775808\"}}",
            "{\"a\":{\"$date\":1}}",
            "{\"a\":\"\\u0000\"}",
            "{\"\\u0000\":1}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}",
            "{\"a\":{\"$regularExpression\":{\"pattern\":\"(\",\"options\":\"q\"}}}",
            "{\"n\":" + "9".repeat(500) + "}",
            "{\"name\":\"x\",\"price\":1}",
            "{\"a\":{\"$binary\":{\"base64\":\"!\",\"subType\":\"zz\"}}}",
            "{\"a\":{\"$code\":\"x\"}}",
            "{\"a\":{\"$timestamp\":{\"t\":-1,\"i\":1}}}");

    private static final List<String> FILTERS = List.of(
            "{}",
            "{\"$where\":\"1\"}",
            "{\"a\":{\"$regex\":\"(a+)+$\"}}",
            "{\"a\":{\"$in\":1}}",
            "{\"$or\":[]}",
            "{\"$and\":[1]}",
            "{\"a\":{\"$mod\":[0,0]}}",
            "{\"a\":{\"$type\":\"zz\"}}",
            "{\"a\":{\"$size\":-1}}",
            "{\"a\":{\"$not\":1}}",
            "{\"a\":{\"$elemMatch\":1}}",
            "{\"a\":{\"$exists\":\"x\"}}",
            "{\"$expr\":{}}",
            "x",
            "{\"a\":{\"$gt\":1,\"b\":2}}",
            "{\"a\":{\"$all\":[]}}");

    @Test
    void malformedInputIsRefusedNeverAServerError(@TempDir Path logs) throws Exception {
        long seed = Long.getLong("tandem.fuzz.seed", System.nanoTime());
        System.out.println("fuzz seed " + seed + ": replay with -Dtandem.fuzz.seed=" + seed);
        Random random = new Random(seed);
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                AgentUnderTest agent = AgentUnderTest.start(logs, "MONGODB_URI", local.uri("bomba"))) {
            List<String> templates = new ArrayList<>(
                    BsonDocument.parse(agent.get("/openapi.json").body())
                            .getDocument("paths")
                            .keySet());
            templates.remove("/api/events");
            templates.addAll(List.of("/", "/api", "/nothing/at/all", "/api/menu", "/api/menu/{id}"));
            for (int i = 0; i < CALLS; i++) {
                String method = pick(METHODS, random);
                String path = path(pick(templates, random), random) + query(random);
                if (method.equals("GET") && path.startsWith("/api/events")) {
                    continue;
                }
                String body = method.equals("GET") ? "" : pick(BODIES, random);
                HttpResponse<String> answer = agent.call(
                        method,
                        path,
                        body,
                        "If-Match",
                        pick(List.of("*", "\"x\"", "\"00112233445566778899aabbccddeeff\""), random));
                check(seed + " " + method + " " + path + " " + body, answer);
            }
            assertThat(agent.get("/api/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void requestsThatAreNotHttpGetAShortAnswerToo(@TempDir Path logs) throws IOException {
        try (AgentUnderTest agent = AgentUnderTest.start(logs)) {
            int port = URI.create(agent.url()).getPort();
            for (String raw : List.of(
                    "NONSENSE\r\n\r\n",
                    "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(40_000) + "\r\n\r\n",
                    "POST /api/menu HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                    "GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.setSoTimeout(20_000);
                    socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                    assertThat(answer)
                            .as(raw.substring(0, Math.min(40, raw.length())))
                            .doesNotContain("jetty")
                            .doesNotContain("\tat ")
                            .doesNotContain(" 500 ");
                }
            }
            assertThat(agent.get("/api/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aBodyBeyondTheLimitIsRefused(@TempDir Path logs) {
        try (AgentUnderTest agent = AgentUnderTest.start(logs)) {
            String large = "{\"a\":\"" + "x".repeat(3 << 20) + "\"}";

            assertThat(agent.call("POST", "/api/menu", large).statusCode()).isEqualTo(413);
        }
    }

    private static void check(String call, HttpResponse<String> answer) {
        // The hub is away on purpose; what needs it says so.
        assertThat(answer.statusCode())
                .as(call)
                .satisfiesAnyOf(
                        status -> assertThat(status).isLessThan(500),
                        status -> assertThat(status).isEqualTo(503));
        assertThat(answer.body())
                .as(call)
                .doesNotContain("planted")
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("com.mongodb");
        if (answer.statusCode() >= 400
                && !answer.body().isEmpty()
                && !Set.of("/api/health", "/readyz").contains(answer.uri().getPath())) {
            assertThat(answer.headers().firstValue("Content-Type")).as(call).hasValue("application/problem+json");
        }
    }

    private static String path(String template, Random random) {
        String path = template;
        while (path.contains("{")) {
            path = path.replaceFirst(
                    "\\{[a-z]+}", java.util.regex.Matcher.quoteReplacement(encode(pick(WORDS, random))));
        }
        return path;
    }

    private static String query(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "?filter=" + encode(pick(FILTERS, random));
            case 1 -> "?limit=" + encode(pick(WORDS, random)) + "&cursor=" + encode(pick(WORDS, random));
            case 2 -> "?sort=" + encode(pick(WORDS, random)) + "&since=" + encode(pick(WORDS, random));
            case 3 -> "?minutes=" + encode(pick(WORDS, random)) + "&limit=1&limit=2";
            default -> "";
        };
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static <T> T pick(List<T> items, Random random) {
        return items.get(random.nextInt(items.size()));
    }
}
