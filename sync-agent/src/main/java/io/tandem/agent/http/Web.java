package io.tandem.agent.http;

import io.tandem.agent.config.Settings;
import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.security.LoginThrottle;
import io.tandem.agent.security.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The whole HTTP interface: all endpoints, their documentation, the gate and the server. Any thread. */
public final class Web implements AutoCloseable {
    /** Longer than any database call may take by its own limits. */
    private static final Duration CALL_MAX = Duration.ofSeconds(20);

    private final WebServer server;
    private final TimeLimit timeLimit;
    private final EventHub events;

    private Web(WebServer server, TimeLimit timeLimit, EventHub events) {
        this.server = server;
        this.timeLimit = timeLimit;
        this.events = events;
    }

    /** @throws WebServer.CannotListen when the port is taken or not allowed */
    public static Web start(Sources sources, RequestMeter meter, Optional<Tls> tls) {
        Tokens tokens = Tokens.of(sources.config().get(Settings.API_TOKENS));
        TimeLimit timeLimit = new TimeLimit(CALL_MAX);
        Dispatcher dispatcher = new Dispatcher(
                endpoints(sources),
                new Gate(tokens, new LoginThrottle(sources.clock())),
                timeLimit,
                sources.audit(),
                new StaticFiles(),
                meter,
                sources.clock(),
                tls.isPresent());
        try {
            WebServer server = WebServer.start(
                    sources.config().get(Settings.HOST),
                    sources.config().get(Settings.PORT),
                    tls.map(Tls::factory),
                    dispatcher);
            return new Web(server, timeLimit, sources.events());
        } catch (RuntimeException failed) {
            timeLimit.close();
            throw failed;
        }
    }

    static List<Endpoint> endpoints(Sources sources) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(new HealthApi(sources).endpoints());
        endpoints.addAll(new SyncApi(sources.service()).endpoints());
        endpoints.addAll(new BackupApi(sources.service().backups(), sources.version()).endpoints());
        endpoints.addAll(new OperationsApi(sources).endpoints());
        endpoints.addAll(pages(endpoints, sources));
        endpoints.addAll(new DocumentApi(
                        sources.service().documents(), sources.config().get(Settings.API_RESOURCES), taken(endpoints))
                .endpoints());
        return endpoints;
    }

    /** First segments below {@code /api}, with the methods of the call that is exactly there. */
    static Map<String, Set<String>> taken(List<Endpoint> endpoints) {
        Map<String, Set<String>> taken = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            String[] segments = endpoint.path().split("/", -1);
            if (segments[1].equals("api") && !segments[2].startsWith("{")) {
                Set<String> methods = taken.computeIfAbsent(segments[2], name -> new TreeSet<>());
                if (segments.length == 3) {
                    methods.add(endpoint.method());
                }
            }
        }
        return taken;
    }

    /** The documentation; it describes the endpoints in the list at the time it is asked for. */
    private static List<Endpoint> pages(List<Endpoint> all, Sources sources) {
        return List.of(
                Endpoint.get("/openapi.json")
                        .access(Access.OPEN)
                        .in(Group.OPERATIONS, "This interface as an OpenAPI document")
                        .answers(200, "application/json", "The document")
                        .fromMemory()
                        .handledBy(call -> Reply.text("application/json", OpenApi.of(all, sources.version()))),
                Endpoint.get("/docs")
                        .access(Access.OPEN)
                        .in(Group.OPERATIONS, "This interface for reading")
                        .answers(200, "text/html", "The page")
                        .fromMemory()
                        .handledBy(call -> Reply.text("text/html;charset=utf-8", DocsPage.of(all, sources.version()))),
                Endpoint.get("/docs/style.css")
                        .access(Access.OPEN)
                        .in(Group.OPERATIONS, "The style of that page")
                        .answers(200, "text/css", "The style")
                        .fromMemory()
                        .handledBy(call -> Reply.text("text/css;charset=utf-8", DocsPage.STYLE)));
    }

    public int port() {
        return server.port();
    }

    /** Where a browser on this machine finds it. */
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        events.close();
        server.close();
        timeLimit.close();
    }
}
