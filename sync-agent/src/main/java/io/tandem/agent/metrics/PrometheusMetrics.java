package io.tandem.agent.metrics;

import com.mongodb.event.CommandListener;
import com.mongodb.event.ConnectionPoolListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.mongodb.MongoMetricsCommandListener;
import io.micrometer.core.instrument.binder.mongodb.MongoMetricsConnectionPoolListener;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Everything that Prometheus reads. Any thread. The figures of syncing are those of the last second's reading. */
public final class PrometheusMetrics implements AutoCloseable {
    private static final Map<String, ToDoubleFunction<MetricsView.Direction>> TIMES = Map.of(
            "avg", MetricsView.Direction::avgProcessTime,
            "p50", MetricsView.Direction::p50,
            "p95", MetricsView.Direction::p95,
            "p99", MetricsView.Direction::p99);
    private static final Map<String, ToDoubleFunction<MetricsView.Direction>> OUTCOMES = Map.of(
            "succeeded", MetricsView.Direction::succeeded,
            "failed", MetricsView.Direction::failed,
            "echo", MetricsView.Direction::skippedEchoes);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MongoMetricsCommandListener commands = new MongoMetricsCommandListener(registry);
    private final MongoMetricsConnectionPoolListener pools = new MongoMetricsConnectionPoolListener(registry);
    private volatile Readings last;

    private record Readings(HealthView health, MetricsView metrics) {}

    /**
     * A registry that begins with a first reading.
     *
     * @param rules the names of the alert rules
     * @param raised whether a rule's alert is raised
     */
    public PrometheusMetrics(
            String version, HealthView health, MetricsView metrics, List<String> rules, Predicate<String> raised) {
        this.last = new Readings(health, metrics);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("tandem.build.info", () -> 1)
                .description("Always 1; the version is a label")
                .tag("version", version)
                .register(registry);
        bindHealth();
        bindDirections();
        bindTotals();
        for (String rule : rules) {
            Gauge.builder("tandem.alert.raised", rule, name -> raised.test(name) ? 1 : 0)
                    .description("1 while the alert of this rule is raised")
                    .tag("rule", rule)
                    .strongReference(true)
                    .register(registry);
        }
    }

    /** Takes a new reading; called about once a second. */
    public void record(HealthView health, MetricsView metrics) {
        last = new Readings(health, metrics);
    }

    /** Counts an answered HTTP call. */
    public void answered(String method, String route, int status, long nanos) {
        registry.timer("tandem.http.requests", "method", method, "route", route, "status", Integer.toString(status))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Measures the driver's commands. */
    public CommandListener commands() {
        return commands;
    }

    /** Measures the driver's connection pools. */
    public ConnectionPoolListener pools() {
        return pools;
    }

    /** All metrics in Prometheus' text form. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private void bindHealth() {
        gauge(
                "tandem.health",
                "2 healthy, 1 degraded, 0 unhealthy",
                Tags.empty(),
                now -> History.level(now.health().health()));
        gauge(
                "tandem.bidirectional.enabled",
                "1 while changes travel from Atlas to this device",
                Tags.empty(),
                now -> now.health().enabled() ? 1 : 0);
        gauge(
                "tandem.active",
                "1 while this agent works, 0 while it stands by",
                Tags.empty(),
                now -> now.health().role().equals("active") ? 1 : 0);
        gauge(
                "tandem.worker.running",
                "1 while documents are brought into step",
                Tags.empty(),
                now -> now.health().syncWorker().running() ? 1 : 0);
        feed("atlas", HealthView::changeStream);
        feed("local", HealthView::localFeed);
        gauge(
                "tandem.clock.offset.seconds",
                "Device clock minus hub clock",
                Tags.empty(),
                now -> now.health()
                        .clockOffsetMs()
                        .map(millis -> millis / 1000.0)
                        .orElse(Double.NaN));
        gauge(
                "tandem.paused.collections",
                "Collections that stand still",
                Tags.empty(),
                now -> now.health().pausedCollections().size());
        gauge(
                "tandem.problems",
                "Problems now",
                Tags.empty(),
                now -> now.health().problems().size());
        gauge(
                "tandem.canary.round.trip.seconds",
                "The heartbeat document's last round trip",
                Tags.empty(),
                now -> now.health()
                        .canary()
                        .lastRoundTripMs()
                        .map(millis -> millis / 1000.0)
                        .orElse(Double.NaN));
        for (String side : List.of("local", "atlas")) {
            gauge(
                    "tandem.oplog.window.left.seconds",
                    "History left before the saved position is lost",
                    Tags.of("side", side),
                    now -> {
                        Long left = now.health().oplogWindowLeftSeconds().get(side);
                        return left == null ? Double.NaN : left;
                    });
        }
    }

    private interface FeedOf {
        HealthView.Feed of(HealthView health);
    }

    private void feed(String name, FeedOf feed) {
        gauge(
                "tandem.feed.connected",
                "1 while the change feed is open",
                Tags.of("feed", name),
                now -> feed.of(now.health()).status().equals("connected") ? 1 : 0);
        gauge(
                "tandem.feed.reconnect.attempts",
                "Failed attempts since the feed was last open",
                Tags.of("feed", name),
                now -> feed.of(now.health()).reconnectAttempts());
    }

    private interface DirectionOf {
        MetricsView.Direction of(MetricsView metrics);
    }

    private void bindDirections() {
        direction("atlasToLocal", MetricsView::atlasToLocal);
        direction("localToAtlas", MetricsView::localToAtlas);
    }

    private void direction(String name, DirectionOf direction) {
        Tags tags = Tags.of("direction", name);
        OUTCOMES.forEach((outcome, count) -> counter(
                "tandem.changes",
                "Changes by outcome",
                tags.and("outcome", outcome),
                now -> count.applyAsDouble(direction.of(now.metrics()))));
        TIMES.forEach((statistic, time) -> gauge(
                "tandem.change.process.seconds",
                "Time per change over the last minutes",
                tags.and("statistic", statistic),
                now -> time.applyAsDouble(direction.of(now.metrics())) / 1000));
        gauge(
                "tandem.lag.seconds",
                "Age of the oldest change not yet settled",
                tags,
                now -> direction.of(now.metrics()).lagMs() / 1000.0);
        gauge(
                "tandem.changes.per.second",
                "Changes settled per second over the last ten seconds",
                tags,
                now -> direction.of(now.metrics()).perSecond());
    }

    private void bindTotals() {
        gauge(
                "tandem.queue.size",
                "Changes not yet settled",
                Tags.empty(),
                now -> now.metrics().queueSize());
        gauge(
                "tandem.quarantined",
                "Changes in quarantine",
                Tags.empty(),
                now -> now.metrics().quarantined());
        gauge(
                "tandem.conflicts.last.hour",
                "Conflicts within the last hour",
                Tags.empty(),
                now -> now.metrics().conflictsLastHour());
        counter(
                "tandem.conflicts",
                "Conflicts resolved",
                Tags.empty(),
                now -> now.metrics().conflicts());
        counter(
                "tandem.retries",
                "Documents tried again",
                Tags.empty(),
                now -> now.metrics().retries());
        counter(
                "tandem.loops.detected",
                "Sync loops found",
                Tags.empty(),
                now -> now.metrics().loopsDetected());
        counter(
                "tandem.resyncs",
                "Resyncs finished",
                Tags.empty(),
                now -> now.metrics().resyncs());
    }

    private void gauge(String name, String meaning, Tags tags, ToDoubleFunction<Readings> value) {
        Gauge.builder(name, this, self -> value.applyAsDouble(self.last))
                .description(meaning)
                .tags(tags)
                .register(registry);
    }

    private void counter(String name, String meaning, Tags tags, ToDoubleFunction<Readings> value) {
        FunctionCounter.builder(name, this, self -> value.applyAsDouble(self.last))
                .description(meaning)
                .tags(tags)
                .register(registry);
    }
}
