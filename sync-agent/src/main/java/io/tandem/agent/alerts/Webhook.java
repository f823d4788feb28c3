package io.tandem.agent.alerts;

import io.tandem.agent.json.Json;
import io.tandem.agent.view.AlertView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to an address, one after the other, each tried several times with growing pauses. Any thread; never blocks the caller.
 *
 * <p>The body is JSON with a {@code text} that Slack and its likes understand. With a secret, {@code X-Tandem-Signature} is {@code sha256=} and
 * the hexadecimal HMAC-SHA256 of {@code X-Tandem-Timestamp} (Unix seconds), a dot, and the body.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int TRIES_MAX = 6;
    private static final int WAITING_MAX = 100;

    private final URI address;
    private final Optional<String> secret;
    private final Supplier<String> instanceId;
    private final Clock clock;
    private final Duration firstPause;
    private final HttpClient client;
    private final ThreadPoolExecutor sender;

    public Webhook(URI address, Optional<String> secret, Supplier<String> instanceId, Clock clock) {
        this(address, secret, instanceId, clock, Duration.ofSeconds(1));
    }

    Webhook(URI address, Optional<String> secret, Supplier<String> instanceId, Clock clock, Duration firstPause) {
        this.address = address;
        this.secret = secret;
        this.instanceId = instanceId;
        this.clock = clock;
        this.firstPause = firstPause;
        this.client = HttpClient.newBuilder()
                .connectTimeout(ANSWER_MAX)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.sender = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
            Thread thread = new Thread(task, "tandem-webhook");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Sends an alert in the background. */
    public void send(AlertView alert) {
        try {
            sender.execute(() -> deliver(alert));
        } catch (RejectedExecutionException full) {
            LOG.error(
                    "The alert {} ({}) was not posted: {} others wait already",
                    alert.rule(),
                    alert.state(),
                    WAITING_MAX);
        }
    }

    private void deliver(AlertView alert) {
        String body = body(alert);
        String last = "";
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                int status = post(body);
                if (status >= 200 && status < 300) {
                    return;
                }
                last = "status " + status;
            } catch (IOException failed) {
                last = failed.getClass().getSimpleName();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            }
            if (i + 1 < TRIES_MAX && !pause(i)) {
                return;
            }
        }
        LOG.error(
                "The alert {} ({}) could not be posted to {} in {} tries; the last one ended with {}",
                alert.rule(),
                alert.state(),
                address.getHost(),
                TRIES_MAX,
                last);
    }

    private boolean pause(int tries) {
        try {
            TimeUnit.MILLISECONDS.sleep(firstPause.toMillis() << tries);
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int post(String body) throws IOException, InterruptedException {
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .header("User-Agent", "tandem")
                .header("X-Tandem-Timestamp", timestamp);
        secret.ifPresent(key -> request.header("X-Tandem-Signature", signature(key, timestamp, body)));
        return client.send(
                        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private String body(AlertView alert) {
        String device = instanceId.get();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "text",
                (alert.state().equals("raised") ? "ALERT " : "CLEARED ") + alert.rule() + " on "
                        + (device.isEmpty() ? "this device" : device) + ": " + alert.summary()
                        + (alert.state().equals("raised") ? " " + alert.remedy() : ""));
        body.put("instanceId", device);
        body.put("alert", alert);
        return Json.write(body);
    }

    static String signature(String key, String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] sum = mac.doFinal((timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
            return "sha256=" + HexFormat.of().formatHex(sum);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", impossible);
        }
    }

    /** Gives what waits a moment, then stops. */
    @Override
    public void close() {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(1, TimeUnit.SECONDS)) {
                sender.shutdownNow();
            }
        } catch (InterruptedException stopping) {
            sender.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
