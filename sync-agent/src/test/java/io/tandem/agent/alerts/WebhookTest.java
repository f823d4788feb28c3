package io.tandem.agent.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tandem.agent.view.AlertView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTest {
    private static final AlertView ALERT = new AlertView(
            "queue-size", "critical", "raised", "120 changes wait.", "Look.", Instant.EPOCH, Optional.empty());

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    @Test
    void postsWhatSlackUnderstandsSignedSoThatTheReceiverCanCheck() {
        try (Webhook webhook = webhook(Optional.of("secret"))) {
            webhook.send(ALERT);
            await().until(() -> bodies.size() == 1);
        }

        BsonDocument body = BsonDocument.parse(bodies.get(0));
        assertThat(body.getString("text").getValue()).startsWith("ALERT queue-size on till-7: 120 changes wait. Look.");
        assertThat(body.getDocument("alert").getString("state").getValue()).isEqualTo("raised");
        String[] header = signatures.get(0).split(" ", -1);
        assertThat(header[1]).isEqualTo(Webhook.signature("secret", header[0], bodies.get(0)));
        // Computed with: printf '1795650491.{"text":"x"}' | openssl dgst -sha256 -hmac key
        assertThat(Webhook.signature("key", "1795650491", "{\"text\":\"x\"}"))
                .isEqualTo("sha256=1ad88b48b556ba4888b167a48458f742afaf9909fdbeaad9a2ffb4a046b44d34");
    }

    @Test
    void triesAgainWhenTheReceiverFails() {
        failures.set(2);
        try (Webhook webhook = webhook(Optional.empty())) {
            webhook.send(ALERT);
            await().until(() -> bodies.size() == 3);
        }

        assertThat(signatures).allMatch(header -> header.endsWith(" null"));
    }

    @Test
    void givesUpAfterSixTriesAndGoesOnWithTheNext() {
        failures.set(6);
        try (Webhook webhook = webhook(Optional.empty())) {
            webhook.send(ALERT);
            webhook.send(new AlertView(
                    "queue-size", "critical", "cleared", "0 wait.", "", Instant.EPOCH, Optional.of(Instant.EPOCH)));
            await().until(() -> bodies.size() == 7);
        }

        assertThat(bodies.subList(0, 6)).allMatch(body -> body.contains("ALERT queue-size"));
        assertThat(bodies.get(6)).contains("CLEARED queue-size on till-7").contains("\"state\":\"cleared\"");
    }

    private Webhook webhook(Optional<String> secret) {
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        return new Webhook(address, secret, () -> "till-7", Clock.systemUTC(), Duration.ofMillis(5));
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        signatures.add(exchange.getRequestHeaders().getFirst("X-Tandem-Timestamp") + " "
                + exchange.getRequestHeaders().getFirst("X-Tandem-Signature"));
        exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 503 : 204, -1);
        exchange.close();
        bodies.add(body);
    }
}
