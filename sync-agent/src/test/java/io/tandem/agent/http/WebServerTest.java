package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.agent.process.AgentUnderTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does with requests that are too large, too slow or broken. */
class WebServerTest {

    @Test
    void aBodyIsReadUpToItsLimitAndOneByteMore() {
        assertThat(WebServer.body(new ByteArrayInputStream(new byte[10]), 10, Duration.ofHours(1)))
                .hasSize(10);
        assertThat(WebServer.body(new ByteArrayInputStream(new byte[50_000]), 10, Duration.ofHours(1)))
                .hasSize(11);
        assertThat(WebServer.body(new ByteArrayInputStream(new byte[50_000]), 50_000, Duration.ofHours(1)))
                .hasSize(50_000);
    }

    @Test
    void aBodyThatDripsIsGivenUp() {
        InputStream dripping = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                buffer[offset] = 'x';
                return 1;
            }
        };

        assertThatThrownBy(() -> WebServer.body(dripping, 1 << 20, Duration.ZERO))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(408));
    }

    @Test
    void aBodyThatBreaksOffIsTheCallersFaultAndNoErrorOfOurs(@TempDir Path logs) throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset by peer");
            }
        };
        assertThatThrownBy(() -> WebServer.body(broken, 10, Duration.ofHours(1)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));

        try (AgentUnderTest agent = AgentUnderTest.start(logs)) {
            String raw = "POST /api/sync/bidirectional/toggle HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"ena";
            try (Socket socket = new Socket("127.0.0.1", URI.create(agent.url()).getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(raw.getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
            }
            assertThat(agent.engine().orders()).noneMatch(order -> order.startsWith("bidirectional"));
            assertThat(Files.readString(logs.resolve("audit.log"))).contains("\"status\":400");
        }
    }

    @Test
    void healthIsAnsweredWhileEveryWorkerWaitsForADatabase(@TempDir Path logs) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(TimeLimit.THREADS_MAX);
        ExecutorService callers = Executors.newFixedThreadPool(TimeLimit.THREADS_MAX);
        try (AgentUnderTest agent = AgentUnderTest.start(logs)) {
            agent.engine().holdConflicts(gate, waiting);
            for (int i = 0; i < TimeLimit.THREADS_MAX; i++) {
                callers.execute(() -> agent.get("/api/sync/bidirectional/conflicts"));
            }
            try {
                assertThat(waiting.await(15, TimeUnit.SECONDS)).isTrue();
                assertThat(agent.get("/api/sync/bidirectional/conflicts").statusCode())
                        .isEqualTo(503);
                for (String path : new String[] {
                    "/livez", "/readyz", "/api/health", "/api/sync/bidirectional/health", "/metrics", "/api/status"
                }) {
                    assertThat(agent.get(path).statusCode()).as(path).isEqualTo(200);
                }
            } finally {
                gate.countDown();
            }
        } finally {
            callers.shutdown();
        }
    }
}
