package io.tandem.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.json.JsonParseException;

/** Calls a running agent's REST interface. Any thread. Every failure is a {@link CommandFailure} with a remedy. */
final class AgentClient {

    static final String SYNC = "/api/sync/bidirectional";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final URI base;
    private final Optional<String> token;
    private final HttpClient http;

    AgentClient(URI base, Optional<String> token, Optional<Path> caCert) {
        this.base = base;
        this.token = token;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        caCert.ifPresent(file -> builder.sslContext(trusting(file)));
        this.http = builder.build();
    }

    URI base() {
        return base;
    }

    /** A path with a name from outside in it. */
    static String path(String prefix, String name, String suffix) {
        return SYNC + prefix + "/" + encode(name) + suffix;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    BsonDocument get(String path) {
        return parsed(getText(path), path);
    }

    String getText(String path) {
        return body(send(request(path).GET().build()), path);
    }

    /** @param json the body; blank for none */
    BsonDocument post(String path, String json) {
        return parsed(postText(path, json), path);
    }

    String postText(String path, String json) {
        BodyPublisher body = json.isBlank() ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
        return body(send(request(path).POST(body).build()), path);
    }

    void delete(String path) {
        body(send(request(path).DELETE().build()), path);
    }

    /** Whether an agent answers at all. An agent that cannot be understood (TLS, no answer in time) is a failure, not an absence. */
    boolean answers() {
        try {
            http.send(request("/livez").GET().build(), BodyHandlers.discarding());
            return true;
        } catch (ConnectException nobody) {
            return false;
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
    }

    /** The status and the body of a call, whatever the status. */
    record Answer(int status, String body) {}

    Answer tryGet(String path) {
        HttpResponse<String> response = send(request(path).GET().build());
        return new Answer(response.statusCode(), response.body());
    }

    /** The lines of an endless answer. The caller closes the stream. */
    Stream<String> lines(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Accept", "text/event-stream")
                .headers(authorization())
                .build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                try (Stream<String> lines = response.body()) {
                    throw refused(response.statusCode(), String.join("\n", lines.toList()), path);
                }
            }
            return response.body();
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_TIMEOUT)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .headers(authorization());
    }

    private String[] authorization() {
        return token.map(text -> new String[] {"Authorization", "Bearer " + text, "X-Client", "tandem-cli"})
                .orElseGet(() -> new String[] {"X-Client", "tandem-cli"});
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
    }

    private static CommandFailure interrupted() {
        Thread.currentThread().interrupt();
        return CommandFailure.failed("Interrupted while waiting for the agent's answer.");
    }

    private CommandFailure unreachable(IOException failed) {
        if (failed instanceof ConnectException) {
            return CommandFailure.failed("No agent answers at " + base
                    + ". Is 'tandem serve' running? Is the address right (--url, or HOST and PORT of the settings)?");
        }
        if (failed instanceof HttpTimeoutException) {
            return CommandFailure.failed(
                    "The agent at " + base + " did not answer in time. Look at its log (LOG_DIR).");
        }
        return CommandFailure.failed("The agent at " + base + " could not be asked: " + failed
                + ". If it serves HTTPS with a certificate of its own, name it with --ca-cert.");
    }

    private String body(HttpResponse<String> response, String path) {
        if (response.statusCode() >= 300) {
            throw refused(response.statusCode(), response.body(), path);
        }
        return response.body();
    }

    private CommandFailure refused(int status, String body, String path) {
        String detail = detailOf(body);
        return switch (status) {
            case 401 ->
                CommandFailure.failed(
                        "The agent at " + base + " wants a token: set TANDEM_TOKEN, or use --token. " + detail);
            case 403 -> CommandFailure.failed("This token's role may not do that. " + detail);
            default -> CommandFailure.failed("The agent refused " + path + " with status " + status + ". " + detail);
        };
    }

    private static String detailOf(String body) {
        try {
            return BsonDocument.parse(body)
                    .getString("detail", new BsonString(""))
                    .getValue();
        } catch (JsonParseException notJson) {
            return body.isBlank() ? "" : "It does not look like a Tandem agent.";
        }
    }

    private BsonDocument parsed(String body, String path) {
        try {
            return body.isBlank() ? new BsonDocument() : BsonDocument.parse(body);
        } catch (JsonParseException notJson) {
            throw CommandFailure.failed(
                    "What answers at " + base + path + " is not a Tandem agent (its answer is not JSON).");
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw CommandFailure.wrongUsage("The certificate in " + file + " (--ca-cert) cannot be used: " + unusable);
        }
    }
}
