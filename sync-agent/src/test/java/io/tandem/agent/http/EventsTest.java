package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.agent.service.FakeEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private AgentUnderTest agent;

    @BeforeEach
    void start(@TempDir Path logs) {
        agent = AgentUnderTest.start(logs);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void tellsStatusChangesAndNotices() throws Exception {
        List<String> lines = listen();
        await().until(() -> lines.contains("event: status"));

        agent.engine().emit(FakeEngine.change("atlasToLocal", "update", 7));
        agent.engine().emit("feed-connected", "Atlas Change Stream started successfully");

        await().until(() -> lines.contains("event: changes") && lines.contains("event: notice"));
        assertThat(lines).anyMatch(line -> line.contains("\"documentId\":7"));
        await().until(() -> lines.stream().filter("event: status"::equals).count() >= 3);
    }

    @Test
    void aFloodOfChangesIsCountedNotSentOneByOne() throws Exception {
        List<String> lines = listen();
        await().until(() -> lines.contains("event: status"));

        for (int i = 0; i < 5_000; i++) {
            agent.engine().emit(FakeEngine.change("localToAtlas", "insert", i));
        }

        await().until(() -> lines.stream().anyMatch(line -> line.matches(".*\"dropped\":[1-9].*")));
    }

    @Test
    void theStreamEndsWhenTheAgentStops() throws Exception {
        HttpResponse<Stream<String>> answer = open();
        CompletableFuture<Long> counted =
                CompletableFuture.supplyAsync(() -> answer.body().count());

        long begin = System.nanoTime();
        agent.close();

        await().atMost(Duration.ofSeconds(10)).until(counted::isDone);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(agent.engine().orders()).endsWith("close");
    }

    @Test
    void thereIsABoundOnStreams() throws Exception {
        List<HttpResponse<Stream<String>>> open = new ArrayList<>();
        for (int i = 0; i < EventHub.STREAMS_MAX; i++) {
            open.add(open());
        }

        assertThat(open).allMatch(answer -> answer.statusCode() == 200);
        assertThat(agent.get("/api/events").statusCode()).isEqualTo(429);
        assertThat(agent.get("/api/health").statusCode()).isEqualTo(200);
        open.forEach(answer -> answer.body().close());
    }

    private List<String> listen() throws IOException, InterruptedException {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<Stream<String>> answer = open();
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        Thread reader = new Thread(() -> {
            try {
                answer.body().forEach(lines::add);
            } catch (UncheckedIOException stopped) {
                lines.add("ended: " + stopped.getMessage());
            }
        });
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    private HttpResponse<Stream<String>> open() throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(agent.url() + "/api/events")).build(),
                HttpResponse.BodyHandlers.ofLines());
    }
}
