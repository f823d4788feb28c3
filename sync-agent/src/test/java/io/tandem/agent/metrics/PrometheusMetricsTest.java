package io.tandem.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.service.FakeEngine;
import io.tandem.agent.service.FakeServices;
import io.tandem.agent.service.Statuses;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
    private final FakeServices.Pair pair = FakeServices.create(
            ConfigLoader.of(Map.of("MONGODB_URI", "mongodb://localhost/a", "MONGODB_ATLAS_URI", "mongodb://hub/a")));

    @Test
    void everyFigureOfHealthAndMetricsIsThere() {
        EngineStatus status = new Statuses(FakeEngine.healthy(true))
                .queueSize(17)
                .quarantined(2)
                .conflictsLastHour(5)
                .atlasFeed(FeedStatus.State.RECONNECTING, 3)
                .build();

        String text = scrape(status);

        assertThat(text)
                .contains("tandem_health 1.0\n")
                .contains("tandem_bidirectional_enabled 1.0\n")
                .contains("tandem_active 1.0\n")
                .contains("tandem_feed_connected{feed=\"atlas\"} 0.0\n")
                .contains("tandem_feed_connected{feed=\"local\"} 1.0\n")
                .contains("tandem_feed_reconnect_attempts{feed=\"atlas\"} 3.0\n")
                .contains("tandem_queue_size 17.0\n")
                .contains("tandem_quarantined 2.0\n")
                .contains("tandem_conflicts_last_hour 5.0\n")
                .contains("tandem_paused_collections 1.0\n")
                .contains("tandem_clock_offset_seconds 0.012\n")
                .contains("tandem_canary_round_trip_seconds 0.04\n")
                .contains("tandem_oplog_window_left_seconds{side=\"atlas\"} 172800.0\n")
                .contains("tandem_change_process_seconds{direction=\"atlasToLocal\",statistic=\"p95\"} 0.02\n")
                .contains("tandem_changes_total{direction=\"localToAtlas\",outcome=\"echo\"} 1.0\n")
                .contains("tandem_alert_raised{rule=\"queue-size\"} 1.0\n")
                .contains("tandem_alert_raised{rule=\"other\"} 0.0\n")
                .contains("jvm_memory_used_bytes")
                .contains("process_cpu_usage");
    }

    @Test
    void everySampleHasHelpAndTypeAndAppearsOnce() {
        String text = scrape(FakeEngine.healthy(true));

        List<String> samples =
                text.lines().filter(line -> !line.startsWith("#")).toList();
        assertThat(samples).isNotEmpty();
        assertThat(samples.stream().map(line -> line.replaceAll(" [^ ]+$", ""))).doesNotHaveDuplicates();
        assertThat(samples).allMatch(line -> line.matches("[a-z0-9_]+(\\{.*})? (NaN|[-+]?[0-9.eE+-]+|[-+]?Inf)"));
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE tandem_queue_size")))
                .hasSize(1);
        assertThat(text.lines().filter(line -> line.startsWith("# HELP tandem_queue_size")))
                .hasSize(1);
    }

    @Test
    void theDriversCommandsAndPoolsAreMeasured() {
        try (PrometheusMetrics metrics = metrics();
                EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(server.uri("m")))
                        .addCommandListener(metrics.commands())
                        .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(metrics.pools()))
                        .build())) {
            client.getDatabase("m").getCollection("c").insertOne(new Document("a", 1));

            String text = metrics.scrape();

            assertThat(text)
                    .contains("mongodb_driver_commands_seconds_count{")
                    .contains("command=\"insert\"")
                    .contains("mongodb_driver_pool_size{");
        }
    }

    @Test
    void callsAreCountedByRouteNotByPath() {
        try (PrometheusMetrics metrics = metrics()) {
            metrics.answered("GET", "/api/{resource}/{id}", 200, 5_000_000);
            metrics.answered("GET", "/api/{resource}/{id}", 200, 5_000_000);

            assertThat(metrics.scrape())
                    .contains(
                            "tandem_http_requests_seconds_count{method=\"GET\",route=\"/api/{resource}/{id}\",status=\"200\"} 2");
        }
    }

    private String scrape(EngineStatus status) {
        pair.engine().say(status);
        try (PrometheusMetrics metrics = metrics()) {
            metrics.record(pair.service().health(), pair.service().metrics());
            return metrics.scrape();
        }
    }

    private PrometheusMetrics metrics() {
        return new PrometheusMetrics(
                "1.2.3",
                pair.service().health(),
                pair.service().metrics(),
                List.of("queue-size", "other"),
                rule -> rule.equals("queue-size"));
    }
}
