package io.tandem.agent.http;

import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.view.ApiHealthView;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import io.tandem.agent.view.MonitoringView;
import io.tandem.agent.view.ProbeView;
import io.tandem.agent.view.StatusView;
import java.util.List;

/** The calls that ask how it is doing. */
final class HealthApi {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Sources sources;

    HealthApi(Sources sources) {
        this.sources = sources;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/health")
                        .access(Access.OPEN)
                        .in(Group.HEALTH, "The shortest answer to: is it well?")
                        .describe("503 when unhealthy, with the same body.")
                        .answers(200, ApiHealthView.class)
                        .fails(503)
                        .fromMemory()
                        .handledBy(call -> shortHealth()),
                Endpoint.get("/livez")
                        .access(Access.OPEN)
                        .in(Group.HEALTH, "Whether the process lives")
                        .answers(200, ProbeView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(new ProbeView("ok", ""))),
                Endpoint.get("/readyz")
                        .access(Access.OPEN)
                        .in(Group.HEALTH, "Whether the local database answered and syncing runs")
                        .describe("A hub that is away does not matter here: the device works on, and changes are kept.")
                        .answers(200, ProbeView.class)
                        .fails(503)
                        .fromMemory()
                        .handledBy(call -> ready()),
                Endpoint.get("/api/sync/bidirectional/health")
                        .in(Group.HEALTH, "How syncing is doing, with reasons and remedies")
                        .answers(200, HealthView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.service().health())),
                Endpoint.get("/api/sync/bidirectional/metrics")
                        .in(Group.HEALTH, "Counters since the start and moving figures")
                        .answers(200, MetricsView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.service().metrics())),
                Endpoint.get("/monitoring/dashboard")
                        .in(Group.HEALTH, "The few figures of a monitoring page")
                        .answers(200, MonitoringView.class)
                        .fromMemory()
                        .handledBy(call -> monitoring()),
                Endpoint.get("/api/status")
                        .in(Group.HEALTH, "Health, figures and alerts in one piece")
                        .answers(200, StatusView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.status())),
                Endpoint.get("/metrics")
                        .in(Group.HEALTH, "Metrics for Prometheus")
                        .answers(200, PROMETHEUS, "Prometheus text format")
                        .fromMemory()
                        .handledBy(call ->
                                Reply.text(PROMETHEUS, sources.prometheus().get())));
    }

    private Reply shortHealth() {
        String health = sources.service().health().health();
        String status = health.equals("healthy") ? "ok" : health;
        return Reply.of(
                status.equals("unhealthy") ? 503 : 200,
                new ApiHealthView(status, sources.version(), sources.uptimeSeconds()));
    }

    private Reply ready() {
        HealthView health = sources.service().health();
        boolean localAway =
                health.problems().stream().anyMatch(problem -> problem.code().equals("SYNC-101"));
        if (!health.instanceId().isEmpty() && !localAway) {
            return Reply.ok(new ProbeView("ok", ""));
        }
        String reason = health.reasons().isEmpty()
                ? "The local database has not answered yet."
                : health.reasons().get(0);
        return Reply.of(503, new ProbeView("not ready", reason));
    }

    private Reply monitoring() {
        HealthView health = sources.service().health();
        MetricsView metrics = sources.service().metrics();
        MetricsView.Direction incoming = metrics.atlasToLocal();
        double errorRate = incoming.totalProcessed() == 0 ? 0 : 100.0 * incoming.failed() / incoming.totalProcessed();
        return Reply.ok(new MonitoringView(
                sources.clock().instant(),
                health.health(),
                incoming.avgProcessTime(),
                metrics.conflictsLastHour(),
                errorRate,
                health.syncWorker().queueSize(),
                sources.alerts().view().active()));
    }
}
