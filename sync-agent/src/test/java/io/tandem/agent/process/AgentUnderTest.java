package io.tandem.agent.process;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.service.FakeEngine;
import io.tandem.agent.service.FakeServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.BsonDocument;

/** A live agent on a free port over a {@link FakeEngine}, and a client for it. */
public final class AgentUnderTest implements AutoCloseable {
    public static final String ADMIN = "admin-token-0123456789";
    public static final String WRITER = "writer-token-012345678";
    public static final String READER = "reader-token-012345678";
    public static final String TOKENS = "boss:admin:" + ADMIN + ",clerk:write:" + WRITER + ",screen:read:" + READER;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final Agent agent;
    private final FakeEngine engine;

    private AgentUnderTest(Agent agent, FakeEngine engine) {
        this.agent = agent;
        this.engine = engine;
    }

    public static AgentUnderTest start(Path logs, String... settings) {
        Map<String, String> values = new LinkedHashMap<>(Map.of(
                // Nothing listens there, and refusals come at once.
                "MONGODB_URI", "mongodb://127.0.0.1:1/bomba?serverSelectionTimeoutMS=300",
                "MONGODB_ATLAS_URI", "mongodb://u:planted-password@127.0.0.1:2/bomba",
                "PORT", "0",
                "BIDIRECTIONAL_SYNC_ENABLED", "true",
                "LOG_DIR", logs.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        AgentConfig config = ConfigLoader.of(values);
        FakeServices.Pair pair = FakeServices.create(config);
        Agent agent = Agent.start(config, pair.service(), logs, "0.0.0-test", Clock.systemUTC());
        return new AgentUnderTest(agent, pair.engine());
    }

    public FakeEngine engine() {
        return engine;
    }

    public String url() {
        return agent.url();
    }

    public Agent agent() {
        return agent;
    }

    /** An answer with its body as text. */
    public HttpResponse<String> call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException closed) {
            // A refused call's body is not read, so the connection ends; who was about to reuse it asks again.
            return again(request.build());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private HttpResponse<String> again(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(request + " failed", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public HttpResponse<String> get(String path, String... headers) {
        return call("GET", path, "", headers);
    }

    public BsonDocument json(String path) {
        return BsonDocument.parse(get(path).body());
    }

    @Override
    public void close() {
        agent.close();
    }
}
