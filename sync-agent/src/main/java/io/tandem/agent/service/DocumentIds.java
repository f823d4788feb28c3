package io.tandem.agent.service;

import io.tandem.agent.json.Json;
import io.tandem.agent.json.StrictJson;
import io.tandem.agent.service.ServiceException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.ObjectId;

/** What an {@code _id} in a URL may mean. Pure. */
final class DocumentIds {

    private DocumentIds() {}

    /**
     * Extended JSON ({@code {"$oid":"..."}}, {@code "text"}) means exactly that. Otherwise 24 hexadecimal digits mean an ObjectId or the text, a
     * number or {@code true} and {@code false} that value or the text, and everything else the text.
     */
    static List<BsonValue> candidates(String id) {
        if (id.startsWith("{") || id.startsWith("\"")) {
            return List.of(extendedJson(id));
        }
        List<BsonValue> candidates = new ArrayList<>();
        candidates.add(new BsonString(id));
        if (ObjectId.isValid(id)) {
            candidates.add(new BsonObjectId(new ObjectId(id)));
        }
        if (id.matches("-?\\d{1,18}")) {
            candidates.add(new BsonInt64(Long.parseLong(id)));
        } else if (id.matches("-?\\d{1,17}(?:\\.\\d{1,17})?(?:[eE][+-]?\\d{1,3})?")) {
            candidates.add(new BsonDouble(Double.parseDouble(id)));
        } else if (id.equals("true") || id.equals("false")) {
            candidates.add(BsonBoolean.valueOf(id.equals("true")));
        }
        return candidates;
    }

    /** How an {@code _id} is written in a path so that it is found again: as short as it can be without meaning another one. Not yet URL-encoded. */
    static String written(BsonValue id) {
        if (id.isObjectId()) {
            return id.asObjectId().getValue().toHexString();
        }
        if (id.isString()) {
            String text = id.asString().getValue();
            return text.startsWith("{") || candidates(text).size() > 1 || text.startsWith("\"") || text.isBlank()
                    ? Json.relaxed(id)
                    : text;
        }
        String text = Json.relaxed(id);
        return text.startsWith("{") || candidates(text).size() > 1 ? text : exact(id);
    }

    /** Extended JSON that says the type as well, for numbers of unusual length. */
    private static String exact(BsonValue id) {
        String wrapped = new BsonDocument("v", id)
                .toJson(JsonWriterSettings.builder()
                        .outputMode(JsonMode.EXTENDED)
                        .build());
        return wrapped.substring(wrapped.indexOf(':') + 1, wrapped.length() - 1).strip();
    }

    private static BsonValue extendedJson(String id) {
        try {
            BsonDocument wrapped = StrictJson.object("{\"id\":" + id + "}");
            return wrapped.getOrDefault("id", BsonNull.VALUE);
        } catch (StrictJson.Refused malformed) {
            throw new ServiceException(
                    Kind.INVALID,
                    "The _id in the path begins like extended JSON but is not. Allowed: {\"$oid\":\"...\"}, \"text\","
                            + " 24 hexadecimal digits, or plain text.",
                    malformed);
        }
    }
}
