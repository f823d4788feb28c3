package io.tandem.agent.http;

import io.tandem.agent.json.Json;
import io.tandem.agent.service.ServiceException;
import io.tandem.agent.view.ProblemDetail;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into {@code application/problem+json}. Any thread. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad request"),
            Map.entry(401, "Login needed"),
            Map.entry(403, "Not allowed"),
            Map.entry(404, "Not found"),
            Map.entry(405, "Method not allowed"),
            Map.entry(408, "Too slow"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "Changed meanwhile"),
            Map.entry(413, "Too large"),
            Map.entry(414, "Address too long"),
            Map.entry(415, "Not JSON"),
            Map.entry(422, "Not valid"),
            Map.entry(429, "Too many"),
            Map.entry(431, "Headers too large"),
            Map.entry(500, "Unexpected error"),
            Map.entry(503, "Not available now"));

    private Problems() {}

    static Reply of(Throwable failure, String path) {
        if (failure instanceof Refusal refusal) {
            return reply(refusal.status(), refusal.detail(), path, refusal.errors(), refusal.headers());
        }
        if (failure instanceof ServiceException refused) {
            return ofService(refused, path);
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("Unexpected error {} while answering {}", incident, path, failure);
        return reply(
                500,
                "This is a fault in Tandem. The log has it under " + incident + "; please report it.",
                path,
                Map.of(),
                Map.of());
    }

    private static Reply ofService(ServiceException refused, String path) {
        int status = switch (refused.kind()) {
            case NOT_FOUND -> 404;
            case INVALID -> 422;
            case CONFLICT -> 409;
            case CHANGED_MEANWHILE -> 412;
            case TOO_LARGE -> 413;
            case UNAVAILABLE -> 503;
        };
        Map<String, String> headers = status == 503 ? Map.of("Retry-After", "5") : Map.of();
        return reply(status, String.valueOf(refused.getMessage()), path, Map.of(), headers);
    }

    static String title(int status) {
        return TITLES.getOrDefault(status, status >= 500 ? "Not available now" : "Bad request");
    }

    static Reply reply(
            int status, String detail, String path, Map<String, String> errors, Map<String, String> headers) {
        return new Reply.Content(status, MEDIA_TYPE, bytes(status, detail, path, errors), new LinkedHashMap<>(headers));
    }

    static byte[] bytes(int status, String detail, String path, Map<String, String> errors) {
        String shown = path.length() > 200 ? path.substring(0, 200) + "..." : path;
        return Json.write(new ProblemDetail("about:blank", title(status), status, detail, shown, errors))
                .getBytes(StandardCharsets.UTF_8);
    }
}
