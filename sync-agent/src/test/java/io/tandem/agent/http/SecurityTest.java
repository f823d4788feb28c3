package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.process.AgentUnderTest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityTest {
    private static final String SYNC = "/api/sync/bidirectional";

    private AgentUnderTest agent;

    @BeforeEach
    void start(@TempDir Path logs) {
        agent = AgentUnderTest.start(logs, "API_TOKENS", AgentUnderTest.TOKENS);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void onlyTheOpenCallsNeedNoToken() {
        for (String path : new String[] {"/api/health", "/livez", "/readyz", "/docs", "/openapi.json", "/"}) {
            assertThat(agent.get(path).statusCode()).as(path).isEqualTo(200);
        }
        for (String path : new String[] {
            SYNC + "/health", "/metrics", "/api/config", "/api/events", "/api/menu", "/monitoring/dashboard"
        }) {
            HttpResponse<String> answer = agent.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Bearer");
        }
    }

    @Test
    void eachRoleMayDoWhatItsNameSays() {
        assertThat(status("GET", SYNC + "/health", AgentUnderTest.READER)).isEqualTo(200);
        assertThat(status("POST", SYNC + "/collections/orders/pause", AgentUnderTest.READER))
                .isEqualTo(403);
        assertThat(status("POST", SYNC + "/collections/orders/pause", AgentUnderTest.WRITER))
                .isEqualTo(200);
        assertThat(status("POST", SYNC + "/resync", AgentUnderTest.WRITER)).isEqualTo(403);
        assertThat(status("POST", SYNC + "/resync", AgentUnderTest.ADMIN)).isEqualTo(202);
        assertThat(status("GET", "/api/audit", AgentUnderTest.WRITER)).isEqualTo(403);
        assertThat(agent.call(
                                "POST",
                                SYNC + "/verify",
                                "{\"repair\":true}",
                                "Authorization",
                                "Bearer " + AgentUnderTest.WRITER)
                        .statusCode())
                .isEqualTo(403);
        assertThat(agent.get("/api/session", "Authorization", "bearer " + AgentUnderTest.READER)
                        .body())
                .contains("\"name\":\"screen\",\"role\":\"read\",\"loginRequired\":true");
        assertThat(agent.engine().orders()).containsOnlyOnce("pause orders").containsOnlyOnce("resync all");
    }

    @Test
    void refusedAttemptsAreWrittenDownToo() {
        status("POST", SYNC + "/resync", AgentUnderTest.WRITER);

        String audit = agent.get("/api/audit", "Authorization", "Bearer " + AgentUnderTest.ADMIN)
                .body();

        assertThat(audit).contains("\"call\":\"POST " + SYNC + "/resync\"").contains("\"status\":403");
        assertThat(audit).doesNotContain(AgentUnderTest.WRITER);
    }

    @Test
    void guessingIsSlowedDown() {
        for (int i = 0; i < 10; i++) {
            assertThat(status("GET", SYNC + "/health", "guess-number-" + i + "-xxxxxx"))
                    .isEqualTo(401);
        }

        HttpResponse<String> answer = agent.get(SYNC + "/health", "Authorization", "Bearer " + AgentUnderTest.ADMIN);

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 60L);
        assertThat(agent.get("/api/health").statusCode()).isEqualTo(200);
    }

    private int status(String method, String path, String token) {
        return agent.call(method, path, "", "Authorization", "Bearer " + token).statusCode();
    }
}
