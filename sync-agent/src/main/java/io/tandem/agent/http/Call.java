package io.tandem.agent.http;

import io.tandem.agent.json.StrictJson;
import io.tandem.agent.security.Principal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * One call as a handler sees it. Immutable.
 *
 * @param method upper case
 * @param path decoded, as called
 * @param pathParameters by name
 * @param query each parameter with its values
 * @param ifMatch the If-Match header
 * @param ifNoneMatch the If-None-Match header
 * @param body empty when there is none
 * @param caller who calls
 */
record Call(
        String method,
        String path,
        Map<String, String> pathParameters,
        Map<String, List<String>> query,
        Optional<String> ifMatch,
        Optional<String> ifNoneMatch,
        String body,
        Principal caller) {

    private static final int PARAMETER_MAX = 8_000;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null || value.isBlank()) {
            throw Refusal.of(404, "The path needs a " + name + ".");
        }
        return value;
    }

    /** A query parameter that is there once; blank counts as absent. */
    Optional<String> parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw Refusal.parameter(name, "is there more than once.");
        }
        Optional<String> value = values.stream().filter(text -> !text.isBlank()).findFirst();
        if (value.isPresent() && value.get().length() > PARAMETER_MAX) {
            throw Refusal.parameter(name, "is longer than " + PARAMETER_MAX + " characters.");
        }
        return value;
    }

    int number(String name, int whenAbsent, int min, int max) {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return whenAbsent;
        }
        String allowed = "must be a whole number from " + min + " to " + max + ".";
        if (!text.get().matches("\\d{1,9}")) {
            throw Refusal.parameter(name, allowed);
        }
        int value = Integer.parseInt(text.get());
        if (value < min || value > max) {
            throw Refusal.parameter(name, allowed);
        }
        return value;
    }

    Optional<Instant> instant(String name) {
        return parameter(name).map(text -> {
            try {
                Instant time = text.matches("\\d{10,13}")
                        ? Instant.ofEpochMilli(text.length() > 10 ? Long.parseLong(text) : Long.parseLong(text) * 1000)
                        : Instant.parse(text);
                if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
                    throw Refusal.parameter(name, "must be a time from 1970 to 9999.");
                }
                return time;
            } catch (DateTimeParseException malformed) {
                throw Refusal.parameter(name, "must be a time such as 2026-11-22T10:00:00Z, or Unix seconds.");
            }
        });
    }

    /** Refuses every query parameter but these: a misspelt filter must not become no filter. */
    void onlyParameters(String... allowed) {
        for (String name : query.keySet()) {
            if (!List.of(allowed).contains(name)) {
                String shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
                throw Refusal.parameter(shown, "is not known; allowed: " + String.join(", ", allowed) + ".");
            }
        }
    }

    /** The body as one JSON object. */
    BsonDocument object() {
        if (body.isBlank()) {
            throw Refusal.of(400, "This call needs a JSON object as its body.");
        }
        try {
            return StrictJson.object(body);
        } catch (StrictJson.Refused refused) {
            throw Refusal.of(400, "The body " + refused.getMessage() + ".");
        }
    }

    /** The body as one JSON object with no other than the given fields; an absent body is an empty object. */
    BsonDocument settings(String... allowed) {
        BsonDocument object = body.isBlank() ? new BsonDocument() : object();
        for (String name : object.keySet()) {
            if (!List.of(allowed).contains(name)) {
                String shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
                throw Refusal.field(
                        shown,
                        allowed.length == 0
                                ? "is not known; this call takes none."
                                : "is not known; allowed: " + String.join(", ", allowed) + ".");
            }
        }
        return object;
    }

    static boolean flag(BsonDocument object, String name) {
        if (!object.isBoolean(name)) {
            throw Refusal.field(name, "must be true or false.");
        }
        return object.getBoolean(name).getValue();
    }

    static Optional<String> text(BsonDocument object, String name) {
        if (!object.containsKey(name) || object.isNull(name)) {
            return Optional.empty();
        }
        if (!object.isString(name) || object.getString(name).getValue().isBlank()) {
            throw Refusal.field(name, "must be a text.");
        }
        return Optional.of(object.getString(name).getValue());
    }
}
