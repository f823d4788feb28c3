package io.tandem.agent.http;

import io.javalin.http.Context;
import io.tandem.agent.security.AuditLog;
import io.tandem.agent.security.Principal;
import io.tandem.agent.view.AuditView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries each request through gate, body limits, handler, audit log and answer. Any thread. */
final class Dispatcher {
    /** Far above any sensible document that travels as JSON, far below what would hurt a small device. */
    static final int BODY_BYTES_MAX = 2 << 20;

    /** A caller who needs longer for 2 MB holds a thread for nothing. */
    static final Duration BODY_TIME_MAX = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final String ANSWERED = "tandem.answered";
    private static final int AUDIT_DETAIL_MAX = 500;

    private final List<Endpoint> endpoints;
    private final Gate gate;
    private final TimeLimit timeLimit;
    private final AuditLog audit;
    private final StaticFiles files;
    private final RequestMeter meter;
    private final Clock clock;
    private final Map<String, String> securityHeaders;

    Dispatcher(
            List<Endpoint> endpoints,
            Gate gate,
            TimeLimit timeLimit,
            AuditLog audit,
            StaticFiles files,
            RequestMeter meter,
            Clock clock,
            boolean secure) {
        this.endpoints = List.copyOf(endpoints);
        this.gate = gate;
        this.timeLimit = timeLimit;
        this.audit = audit;
        this.files = files;
        this.meter = meter;
        this.clock = clock;
        this.securityHeaders = SecurityHeaders.all(secure);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Answers a call of an endpoint. */
    void dispatch(Endpoint endpoint, Context context) {
        long begin = System.nanoTime();
        Principal caller = new Principal("-", io.tandem.agent.config.ApiToken.Role.READ);
        String detail = "";
        Reply reply;
        try {
            caller = gate.enter(knock(context), endpoint.access(), endpoint.changes());
            Call call = read(context, endpoint, caller);
            detail = endpoint.group() == Endpoint.Group.DOCUMENTS ? "" : call.body();
            reply = endpoint.timeLimited() && !endpoint.fromMemory()
                    ? timeLimit.call(() -> endpoint.handler().handle(call))
                    : endpoint.handler().handle(call);
        } catch (RuntimeException failed) {
            reply = Problems.of(failed, context.path());
        }
        if (endpoint.changes()) {
            audit(context, caller, detail, reply.status());
        }
        send(context, reply);
        meter.answered(endpoint.method(), endpoint.path(), reply.status(), System.nanoTime() - begin);
    }

    /** Answers what no endpoint matches: a file of the dashboard, or why there is nothing. */
    void fallback(Context context) {
        long begin = System.nanoTime();
        Reply reply;
        try {
            gate.enter(knock(context), Access.OPEN, !isRead(context));
            reply = fileOrNothing(context);
        } catch (RuntimeException failed) {
            reply = Problems.of(failed, context.path());
        }
        send(context, reply);
        String method = context.method().name();
        // The name comes from outside; each new one would be one more time series for ever.
        String counted = WebServer.METHODS.contains(method) ? method : "other";
        meter.answered(counted, "other", reply.status(), System.nanoTime() - begin);
    }

    private Reply fileOrNothing(Context context) {
        List<String> allowed = allowed(context.path());
        if (!allowed.isEmpty()) {
            throw Refusal.methodNotAllowed(shown(context.method().name()), allowed);
        }
        if (!isRead(context)) {
            throw Refusal.of(404, "There is no such call. GET /docs lists them all.");
        }
        if (context.path().equals("/api") || context.path().startsWith("/api/")) {
            throw Refusal.of(404, "There is no such call. GET /docs lists them all.");
        }
        return files.find(context.path(), header(context, "If-None-Match"))
                .orElseThrow(
                        () -> Refusal.of(404, "There is no such page. GET / is the dashboard, GET /docs the API."));
    }

    /** The methods of the calls that a path belongs to: one without parameters wins over one with. */
    private List<String> allowed(String path) {
        List<Endpoint> matching =
                endpoints.stream().filter(endpoint -> endpoint.matches(path)).toList();
        int fewest = matching.stream()
                .mapToInt(endpoint -> endpoint.pathParameters().size())
                .min()
                .orElse(0);
        return matching.stream()
                .filter(endpoint -> endpoint.pathParameters().size() == fewest)
                .map(Endpoint::method)
                .toList();
    }

    private static String shown(String method) {
        return method.length() > 20 ? method.substring(0, 20) + "..." : method;
    }

    private static boolean isRead(Context context) {
        String method = context.method().name();
        return method.equals("GET") || method.equals("HEAD");
    }

    /** Answers a method that nobody registered, in place of the server's own answer. */
    void unregistered(Context context) {
        if (context.attribute(ANSWERED) == null) {
            context.result(new byte[0]);
            fallback(context);
        }
    }

    /** Answers what failed before or after an endpoint's own work. */
    void failed(Exception failure, Context context) {
        send(context, Problems.of(failure, context.path()));
    }

    /** Answers requests that are not even HTTP as we speak it. */
    boolean rawError(Request request, Response response, Callback callback) {
        int status = response.getStatus() >= 400 ? response.getStatus() : 400;
        byte[] body = Problems.bytes(
                status,
                "The request was refused: " + Problems.title(status).toLowerCase(Locale.ROOT) + ".",
                "",
                Map.of());
        securityHeaders.forEach((name, value) -> response.getHeaders().put(new HttpField(name, value)));
        response.getHeaders().put("Content-Type", Problems.MEDIA_TYPE);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private Call read(Context context, Endpoint endpoint, Principal caller) {
        Map<String, String> pathParameters = new LinkedHashMap<>();
        endpoint.pathParameters().forEach(name -> pathParameters.put(name, context.pathParam(name)));
        return new Call(
                context.method().name(),
                context.path(),
                pathParameters,
                context.queryParamMap(),
                header(context, "If-Match"),
                header(context, "If-None-Match"),
                endpoint.changes() ? body(context) : "",
                caller);
    }

    private static String body(Context context) {
        byte[] bytes = WebServer.body(context.bodyInputStream(), BODY_BYTES_MAX, BODY_TIME_MAX);
        if (bytes.length > BODY_BYTES_MAX) {
            throw Refusal.of(413, "The body is larger than " + (BODY_BYTES_MAX >> 20) + " MB.");
        }
        if (bytes.length == 0) {
            return "";
        }
        String type = header(context, "Content-Type").orElse("").toLowerCase(Locale.ROOT);
        String essence =
                type.contains(";") ? type.substring(0, type.indexOf(';')).strip() : type.strip();
        if (!essence.equals("application/json") && !essence.matches("application/[a-z0-9.-]+\\+json")) {
            throw Refusal.of(415, "The body must be JSON: send the header Content-Type: application/json.");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw Refusal.of(400, "The body is not UTF-8 text.");
        }
    }

    private static Gate.Knock knock(Context context) {
        return new Gate.Knock(
                context.req().getRemoteAddr(),
                header(context, "Host").orElse(""),
                header(context, "Origin"),
                header(context, "Sec-Fetch-Site"),
                header(context, "Sec-Fetch-Mode"),
                header(context, "Authorization"));
    }

    private static Optional<String> header(Context context, String name) {
        return Optional.ofNullable(context.req().getHeader(name));
    }

    private void audit(Context context, Principal caller, String detail, int status) {
        String oneLine = detail.replaceAll("\\s+", " ").strip();
        String path = context.path();
        audit.write(new AuditView.Entry(
                clock.instant(),
                caller.name(),
                context.req().getRemoteAddr(),
                context.method().name() + " " + (path.length() > 300 ? path.substring(0, 300) + "..." : path),
                oneLine.length() > AUDIT_DETAIL_MAX ? oneLine.substring(0, AUDIT_DETAIL_MAX) + "..." : oneLine,
                status));
    }

    private void send(Context context, Reply reply) {
        context.attribute(ANSWERED, true);
        var response = context.res();
        response.setStatus(reply.status());
        securityHeaders.forEach(response::setHeader);
        reply.headers().forEach(response::setHeader);
        boolean bodyWanted = !context.method().name().equals("HEAD");
        try {
            if (reply.status() == 204 || reply.status() == 304) {
                response.setContentType(null);
            }
            if (reply instanceof Reply.View view) {
                response.setContentType("application/json;charset=utf-8");
                write(
                        context,
                        io.tandem.agent.json.Json.write(view.view()).getBytes(StandardCharsets.UTF_8),
                        bodyWanted);
            } else if (reply instanceof Reply.Content content) {
                if (!content.mediaType().isEmpty()) {
                    response.setContentType(content.mediaType());
                }
                write(context, content.bytes(), bodyWanted);
            } else if (reply instanceof Reply.Stream stream) {
                response.setContentType(stream.mediaType());
                response.flushBuffer();
                stream.writer().write(response.getOutputStream());
            }
        } catch (IOException gone) {
            LOG.debug("The caller of {} went away before the answer was complete", context.path(), gone);
        }
    }

    private static void write(Context context, byte[] bytes, boolean bodyWanted) throws IOException {
        if (context.res().getStatus() == 204 || context.res().getStatus() == 304) {
            return;
        }
        context.res().setContentLength(bytes.length);
        if (bodyWanted) {
            context.res().getOutputStream().write(bytes);
        }
    }
}
