package io.tandem.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tandem.agent.process.AgentUnderTest;
import io.tandem.agent.service.FakeEngine;
import io.tandem.agent.service.Statuses;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpApiTest {
    private static final String SYNC = "/api/sync/bidirectional";

    private AgentUnderTest agent;

    @BeforeAll
    void start(@TempDir Path logs) {
        agent = AgentUnderTest.start(logs);
    }

    @AfterAll
    void stop() {
        agent.close();
    }

    @BeforeEach
    void allIsWell() {
        agent.engine().say(FakeEngine.healthy(true));
        agent.engine().hubAway(false);
    }

    @Test
    void disabledHealthBeginsAsTheGuideShowsIt() {
        agent.engine().say(FakeEngine.healthy(false));

        String body = agent.get(SYNC + "/health").body();

        assertThat(body.replace(" ", "")).startsWith("{\"enabled\":false,\"message\":\"Bidirectionalsyncisdisabled\"");
    }

    @Test
    void enabledHealthHasEveryFieldOfTheContract() {
        BsonDocument health = agent.json(SYNC + "/health");

        assertThat(health.getBoolean("enabled").getValue()).isTrue();
        assertThat(health).doesNotContainKey("message");
        assertThat(health.getString("health").getValue()).isEqualTo("healthy");
        assertThat(health.keySet())
                .contains(
                        "reasons",
                        "instanceId",
                        "changeStream",
                        "localFeed",
                        "syncWorker",
                        "excludedCollections",
                        "pausedCollections",
                        "clockOffsetMs",
                        "role");
        assertThat(health.getDocument("changeStream").keySet())
                .contains("status", "lastEventAt", "reconnectAttempts", "resumeTokenSavedAt");
        assertThat(health.getDocument("changeStream").getString("status").getValue())
                .isEqualTo("connected");
        assertThat(health.getDocument("syncWorker").keySet()).containsExactly("running", "queueSize");
        assertThat(health.getArray("pausedCollections").toString()).contains("orders");
        assertThat(health.getString("role").getValue()).isEqualTo("active");
    }

    @Test
    void aProblemDegradesHealthWithItsRemedyInWords() {
        EngineStatus status = new Statuses(FakeEngine.healthy(true))
                .condition(EngineStatus.Condition.DEGRADED)
                .build();
        agent.engine().say(FakeEngine.with(status, FaultCode.STANDALONE, Problem.Severity.WARNING, "local"));

        BsonDocument health = agent.json(SYNC + "/health");

        assertThat(health.getString("health").getValue()).isEqualTo("degraded");
        assertThat(health.getArray("reasons").toString()).contains("SYNC-105").contains("one-node replica set");
    }

    @Test
    void healthIsNeverBetterThanItsFeedsAndHeartbeat() {
        agent.engine()
                .say(new Statuses(FakeEngine.healthy(true))
                        .atlasFeed(FeedStatus.State.RECONNECTING, 3)
                        .build());
        assertThat(agent.json(SYNC + "/health").getString("health").getValue()).isEqualTo("degraded");

        agent.engine()
                .say(new Statuses(FakeEngine.healthy(true))
                        .flow(EngineStatus.Flow.BLIND)
                        .build());
        assertThat(agent.json(SYNC + "/health").getString("health").getValue()).isEqualTo("unhealthy");
        assertThat(agent.get("/api/health").statusCode()).isEqualTo(503);
        assertThat(agent.json("/api/health").getString("status").getValue()).isEqualTo("unhealthy");
    }

    @Test
    void shortHealthHasVersionAndUptime() {
        BsonDocument health = agent.json("/api/health");

        assertThat(health.getString("status").getValue()).isEqualTo("ok");
        assertThat(health.getString("version").getValue()).isEqualTo("0.0.0-test");
        assertThat(health.isNumber("uptimeSeconds")).isTrue();
    }

    @Test
    void readyOnlyOnceTheLocalDatabaseAnswered() {
        assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
        assertThat(agent.get("/readyz").statusCode()).isEqualTo(200);

        agent.engine().say(new Statuses(FakeEngine.healthy(true)).instanceId("").build());

        assertThat(agent.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsHaveTheGuidesNames() {
        BsonDocument metrics = agent.json(SYNC + "/metrics");

        for (String direction : new String[] {"atlasToLocal", "localToAtlas"}) {
            assertThat(metrics.getDocument(direction).keySet())
                    .containsExactly(
                            "totalProcessed",
                            "succeeded",
                            "failed",
                            "skippedEchoes",
                            "avgProcessTime",
                            "p50",
                            "p95",
                            "p99",
                            "lagMs",
                            "perSecond");
        }
        assertThat(metrics.getDocument("atlasToLocal")
                        .getNumber("avgProcessTime")
                        .doubleValue())
                .isEqualTo(12.5);
        assertThat(metrics.keySet())
                .contains(
                        "queueSize", "conflicts", "retries", "quarantined", "loopsDetected", "resyncs", "byCollection");
    }

    @Test
    void conflictsCarryBothDocumentsAndNumbersThatBrowsersKeep() {
        BsonDocument page = agent.json(SYNC + "/conflicts?limit=10");

        assertThat(page.getNumber("totalConflicts").intValue()).isEqualTo(1);
        assertThat(page.getNumber("lastHour").intValue()).isEqualTo(1);
        BsonDocument item = page.getArray("items").get(0).asDocument();
        assertThat(item.getString("winner").getValue()).isEqualTo("atlas");
        assertThat(item.getDocument("localVersion").getString("number").getValue())
                .isEqualTo(Long.toString(1L << 60));
        assertThat(agent.get(SYNC + "/conflicts").body()).contains("{\"$numberLong\": \"9223372036854775807\"}");
    }

    @Test
    void aConflictIsRestoredAndAnUnknownOneIsNotFound() {
        String id = FakeEngine.CONFLICT_ID.toHexString();

        assertThat(agent.call("POST", SYNC + "/conflicts/" + id + "/restore", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.engine().orders()).contains("restore " + id);
        assertThat(agent.get(SYNC + "/conflicts/nothing").statusCode()).isEqualTo(404);
        assertThat(agent.get(SYNC + "/conflicts?cursor=wrong").statusCode()).isEqualTo(422);
    }

    @Test
    void aHubThatIsAwayIsUnavailableWithoutItsPassword() {
        agent.engine().hubAway(true);

        HttpResponse<String> answer = agent.get(SYNC + "/conflicts");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body())
                .contains("SYNC-102")
                .contains("kept and sent later")
                .doesNotContain("planted");
    }

    @Test
    void toggleTakesEffectAtOnce() {
        BsonDocument off = BsonDocument.parse(
                agent.call("POST", SYNC + "/toggle", "{\"enabled\":false}").body());

        assertThat(off.getBoolean("enabled").getValue()).isFalse();
        assertThat(agent.json(SYNC + "/health").getBoolean("enabled").getValue())
                .isFalse();
        assertThat(agent.call("POST", SYNC + "/toggle", "{\"enabled\":true}").statusCode())
                .isEqualTo(200);
        assertThat(agent.json(SYNC + "/health").getBoolean("enabled").getValue())
                .isTrue();
    }

    @Test
    void aWrongBodyIsRefusedWithWhatIsAllowed() {
        assertThat(agent.call("POST", SYNC + "/toggle", "{\"enabled\":\"yes\"}").body())
                .contains("must be true or false");
        assertThat(agent.call("POST", SYNC + "/toggle", "{\"enable\":true}").body())
                .contains("allowed: enabled");
        assertThat(agent.call("POST", SYNC + "/toggle", "{enabled:true}").statusCode())
                .isEqualTo(400);
        assertThat(agent.call("POST", SYNC + "/toggle", "enabled=true", "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(agent.get(SYNC + "/toggle").statusCode()).isEqualTo(405);
        assertThat(agent.get(SYNC + "/toggle").headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void collectionOrdersReachTheEngine() {
        for (String verb : new String[] {"pause", "resume", "approve-deletes", "reject-deletes"}) {
            assertThat(agent.call("POST", SYNC + "/collections/orders/" + verb, "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(agent.call("POST", SYNC + "/collections/nowhere/" + verb, "")
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(agent.call("POST", SYNC + "/collections/orders/mode", "{\"mode\":\"observe\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.call("POST", SYNC + "/collections/orders/mode", "{\"mode\":\"fast\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(agent.call("POST", SYNC + "/resync", "").statusCode()).isEqualTo(202);
        assertThat(agent.call("POST", SYNC + "/resync", "{\"collection\":\"orders\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(agent.get(SYNC + "/collections/orders/held-deletes").body()).contains("\"ids\":[1,\"two\"]");
        assertThat(agent.engine().orders())
                .contains(
                        "pause orders",
                        "resume orders",
                        "approve orders",
                        "reject orders",
                        "mode orders observe",
                        "resync all",
                        "resync orders");
    }

    @Test
    void quarantineIsListedRetriedAndDropped() {
        assertThat(agent.json(SYNC + "/quarantine").getArray("items")).hasSize(1);
        assertThat(agent.call("POST", SYNC + "/quarantine/q1/retry", "").statusCode())
                .isEqualTo(200);
        assertThat(agent.call("POST", SYNC + "/quarantine/q1/drop", "").statusCode())
                .isEqualTo(200);
        assertThat(agent.call("POST", SYNC + "/quarantine/q2/retry", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aVerificationRunsInTheBackgroundOneAtATime() {
        CountDownLatch gate = new CountDownLatch(1);
        agent.engine().holdVerify(gate);

        assertThat(agent.call("POST", SYNC + "/verify", "{\"collection\":\"menuitems\"}")
                        .statusCode())
                .isEqualTo(202);
        await().until(() -> agent.json(SYNC + "/verify").isDocument("progress"));
        assertThat(agent.call("POST", SYNC + "/verify", "").statusCode()).isEqualTo(409);
        gate.countDown();

        await().until(() ->
                agent.json(SYNC + "/verify").getString("state").getValue().equals("done"));
        BsonDocument done = agent.json(SYNC + "/verify");
        assertThat(done.getBoolean("consistent").getValue()).isFalse();
        assertThat(agent.json(SYNC + "/collections").toString()).contains("\"differences\": 5");
    }

    @Test
    void aVerificationCanBeCancelled() {
        agent.engine().holdVerify(new CountDownLatch(1));
        agent.call("POST", SYNC + "/verify", "");

        assertThat(agent.call("DELETE", SYNC + "/verify", "").statusCode()).isEqualTo(200);

        await().until(() ->
                agent.json(SYNC + "/verify").getString("state").getValue().equals("cancelled"));
    }

    @Test
    void theMonitoringPageHasTheGuidesFields() {
        BsonDocument page = agent.json("/monitoring/dashboard");

        assertThat(page.keySet())
                .containsExactly("timestamp", "health", "syncLag", "conflictRate", "errorRate", "queueSize", "alerts");
        assertThat(page.getNumber("errorRate").doubleValue()).isZero();
    }

    @Test
    void prometheusReadsSyncingDriverAndProcess() {
        String text = agent.get("/metrics").body();

        assertThat(text)
                .contains("tandem_health 2.0")
                .contains("tandem_changes_total{direction=\"atlasToLocal\",outcome=\"succeeded\"} 10.0")
                .contains("tandem_build_info{version=\"0.0.0-test\"}")
                .contains("jvm_memory_used_bytes")
                .contains("tandem_alert_raised{rule=\"queue-size\"} 0.0");
    }

    @Test
    void historyCollectsPointsForCharts() {
        await().until(() ->
                agent.json("/api/history?minutes=15").getArray("time").size() > 0);

        BsonDocument fine = agent.json("/api/history?minutes=15");
        BsonDocument coarse = agent.json("/api/history?minutes=1440");

        assertThat(fine.getNumber("stepSeconds").intValue()).isEqualTo(2);
        assertThat(coarse.getNumber("stepSeconds").intValue()).isEqualTo(60);
        assertThat(fine.getDocument("atlasToLocal").getArray("p95")).hasSameSizeAs(fine.getArray("time"));
        assertThat(agent.get("/api/history?minutes=0").statusCode()).isEqualTo(422);
    }

    @Test
    void settingsAreShownMaskedWithTheirSource() {
        String body = agent.get("/api/config").body();

        assertThat(body)
                .contains("\"source\":\"environment\"")
                .contains("<hidden>")
                .doesNotContain("planted");
    }

    @Test
    void theSessionSaysThatNoLoginIsNeeded() {
        BsonDocument session = agent.json("/api/session");

        assertThat(session.getString("role").getValue()).isEqualTo("admin");
        assertThat(session.getBoolean("loginRequired").getValue()).isFalse();
    }

    @Test
    void stateChangingCallsAreWrittenDown() {
        agent.call("POST", SYNC + "/collections/orders/pause", "");
        agent.call("POST", SYNC + "/toggle", "{\"enabled\":true}");

        BsonDocument entry =
                agent.json("/api/audit?limit=1").getArray("items").get(0).asDocument();

        assertThat(entry.getString("call").getValue()).isEqualTo("POST " + SYNC + "/toggle");
        assertThat(entry.getString("who").getValue()).isEqualTo("local");
        assertThat(entry.getString("detail").getValue()).isEqualTo("{\"enabled\":true}");
    }

    @Test
    void theDocumentationListsEveryCallAndNeedsNoNetwork() {
        BsonDocument openApi = agent.json("/openapi.json");
        String page = agent.get("/docs").body();

        assertThat(openApi.getString("openapi").getValue()).isEqualTo("3.1.0");
        assertThat(openApi.getDocument("paths").keySet())
                .contains(SYNC + "/toggle", "/api/{resource}/{id}", "/metrics", "/api/events");
        openApi.getDocument("paths").keySet().forEach(path -> assertThat(page).contains(path));
        assertThat(page).doesNotContain("<script").doesNotContain("http://").doesNotContain("https://");
        assertThat(agent.get("/docs/style.css")
                        .headers()
                        .firstValue("Content-Type")
                        .orElse(""))
                .startsWith("text/css");
    }

    @Test
    void everyReferenceInTheOpenApiDocumentLeadsSomewhere() {
        BsonDocument openApi = agent.json("/openapi.json");
        var schemas = openApi.getDocument("components").getDocument("schemas").keySet();

        java.util.regex.Matcher references = java.util.regex.Pattern.compile("#/components/schemas/([A-Za-z]+)")
                .matcher(openApi.toJson());

        assertThat(references.results().map(match -> match.group(1)).distinct())
                .isNotEmpty()
                .allMatch(schemas::contains);
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (String path : new String[] {"/", "/docs", "/api/health", "/nothing", SYNC + "/health"}) {
            HttpResponse<String> answer = agent.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
    }

    @Test
    void theDashboardIsServedWithATag() {
        HttpResponse<String> page = agent.get("/");
        String tag = page.headers().firstValue("ETag").orElseThrow();

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(agent.get("/", "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(agent.get("/../application.properties").statusCode()).isIn(400, 404);
        assertThat(agent.get("/%2e%2e/META-INF/MANIFEST.MF").statusCode()).isIn(400, 404);
        assertThat(agent.get("/nothing.html").statusCode()).isEqualTo(404);
    }

    @Test
    void foreignPagesCannotUseTheBrowserAsTheirHand() {
        assertThat(agent.call("POST", SYNC + "/collections/orders/pause", "", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(agent.call("POST", SYNC + "/collections/orders/pause", "", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(agent.call("POST", SYNC + "/collections/orders/pause", "", "Origin", agent.url())
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.get("/api/health", "Origin", "https://evil.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void internalCollectionsDoNotExistForApplications() {
        for (String name :
                new String[] {"_sync_metadata", "_sync_state", "_tandem_selftest_x", "system.users", "a.system.b"}) {
            assertThat(agent.get("/api/" + name).statusCode()).as(name).isEqualTo(404);
            assertThat(agent.call("POST", "/api/" + name, "{\"a\":1}").statusCode())
                    .as(name)
                    .isEqualTo(404);
        }
        assertThat(agent.get("/api/events/1").body()).contains("API_RESOURCES");
    }

    @Test
    void aDatabaseThatIsAwayIsUnavailableForDocuments() {
        HttpResponse<String> answer = agent.get("/api/menu");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Cannot reach the local database");
    }
}
