package io.tandem.agent.http;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.view.ActivityView;
import io.tandem.agent.view.AlertsView;
import io.tandem.agent.view.AuditView;
import io.tandem.agent.view.ConfigView;
import io.tandem.agent.view.HistoryView;
import io.tandem.agent.view.SessionView;
import java.util.List;

/** The calls for those who operate the agent. */
final class OperationsApi {
    private static final int DAY_MINUTES = 1_440;

    private final Sources sources;

    OperationsApi(Sources sources) {
        this.sources = sources;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/session")
                        .in(Group.OPERATIONS, "Who is calling, and what they may do")
                        .answers(200, SessionView.class)
                        .fromMemory()
                        .handledBy(this::session),
                Endpoint.get("/api/history")
                        .in(Group.OPERATIONS, "Figures over time for charts")
                        .parameter(
                                "minutes", "How far back: up to 15 in steps of 2 s, up to 1440 in steps of 60 s", "15")
                        .answers(200, HistoryView.class)
                        .fails(422)
                        .fromMemory()
                        .handledBy(
                                call -> Reply.ok(sources.history().view(call.number("minutes", 15, 1, DAY_MINUTES)))),
                Endpoint.get("/api/activity")
                        .in(Group.OPERATIONS, "The last changes and notices, newest first")
                        .parameter("limit", "Entries of each, 1 to 500; 100 when absent", "100")
                        .answers(200, ActivityView.class)
                        .fails(422)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.service().activity(call.number("limit", 100, 1, 500)))),
                Endpoint.get("/api/alerts")
                        .in(Group.OPERATIONS, "Alerts raised now, and those cleared lately")
                        .answers(200, AlertsView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.alerts().view())),
                Endpoint.get("/api/audit")
                        .access(Access.ADMIN)
                        .in(Group.OPERATIONS, "State-changing calls, newest first")
                        .parameter("limit", "Entries, 1 to 1000; 100 when absent", "100")
                        .answers(200, AuditView.class)
                        .fails(422)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(sources.audit().view(call.number("limit", 100, 1, 1000)))),
                Endpoint.get("/api/config")
                        .in(Group.OPERATIONS, "The settings in force, secrets hidden, and where each came from")
                        .answers(200, ConfigView.class)
                        .fromMemory()
                        .handledBy(call -> Reply.ok(config(sources.config()))),
                Endpoint.get("/api/events")
                        .in(Group.OPERATIONS, "Everything that happens, as server-sent events")
                        .describe("Events: status (once a second), changes, notice, alert.")
                        .answers(200, "text/event-stream", "Events until either side ends the stream")
                        .fails(429)
                        .withoutTimeLimit()
                        .handledBy(call -> sources.events().open(sources.status())));
    }

    private Reply session(Call call) {
        return Reply.ok(new SessionView(
                call.caller().name(),
                call.caller().role().label(),
                sources.config().loginRequired(),
                sources.service().health().instanceId(),
                sources.version()));
    }

    private static ConfigView config(AgentConfig config) {
        return new ConfigView(
                config.shown().stream()
                        .map(entry -> new ConfigView.Item(
                                entry.setting().name(),
                                entry.setting().group().title(),
                                entry.text(),
                                entry.source(),
                                entry.setting().defaultText(),
                                entry.setting().rule(),
                                entry.setting().meaning(),
                                entry.setting().secret()))
                        .toList(),
                config.warnings());
    }
}
