package io.tandem.agent.json;

import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * The gate that every JSON text from outside passes before the BSON parser sees it: one object, strict syntax, no name twice, bounded
 * nesting, nothing after its end. The BSON parser alone accepts unquoted names and overflows the stack on deep nesting. Any thread.
 */
public final class StrictJson {
    /** Deeper than any sensible document, far from the end of the stack. MongoDB itself stops at 100. */
    public static final int DEPTH_MAX = 90;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(400)
                    .maxNameLength(4_096)
                    .build())
            .build();

    private StrictJson() {}

    /** The text is not what is wanted; its message says why, without repeating the text. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** One JSON object, with extended JSON for what JSON lacks. @throws Refused when the text is anything else */
    public static BsonDocument object(String text) {
        check(text);
        try {
            return BsonDocument.parse(text);
        } catch (JsonParseException | BsonInvalidOperationException | IllegalArgumentException malformed) {
            throw new Refused(
                    "is JSON, but not extended JSON: a name that begins with $ has a value of the wrong form");
        }
    }

    private static void check(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Refused("is not a JSON object");
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw new Refused("ends before the object does");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            requireEnd(parser);
        } catch (JacksonException malformed) {
            throw new Refused("is not valid JSON" + place(malformed.getLocation()) + ": " + reason(malformed));
        }
    }

    private static void requireEnd(JsonParser parser) {
        boolean ended;
        try {
            ended = parser.nextToken() == null;
        } catch (JacksonException more) {
            ended = false;
        }
        if (!ended) {
            throw new Refused("goes on after the end of the object");
        }
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String reason(JacksonException malformed) {
        String text = malformed.getOriginalMessage();
        if (text.contains("nesting depth")) {
            return "nested deeper than " + DEPTH_MAX + " levels";
        }
        if (text.contains("Duplicate")) {
            return "a name appears twice in one object";
        }
        if (text.contains("exceeds the maximum")) {
            return "a name or a number is too long";
        }
        return "names and texts need double quotes, and nothing may be missing";
    }
}
