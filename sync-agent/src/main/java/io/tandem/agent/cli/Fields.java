package io.tandem.agent.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/** Reads an agent's answers, in which any field may be missing or null. Pure. */
final class Fields {

    static final String NONE = "-";

    private static final JsonWriterSettings RELAXED =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Fields() {}

    /** The value at a dotted path; BSON null when there is none. */
    static BsonValue at(BsonDocument document, String path) {
        BsonValue value = document;
        for (String name : path.split("\\.", -1)) {
            value = value.isDocument() ? orNull(value.asDocument().get(name)) : BsonNull.VALUE;
        }
        return value;
    }

    private static BsonValue orNull(@Nullable BsonValue value) {
        return value == null ? BsonNull.VALUE : value;
    }

    static String text(BsonDocument document, String path) {
        return plain(at(document, path));
    }

    static long number(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        return value.isNumber() ? value.asNumber().longValue() : 0;
    }

    static double decimal(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        return value.isNumber() ? value.asNumber().doubleValue() : 0;
    }

    static boolean flag(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        return value.isBoolean() && value.asBoolean().getValue();
    }

    static BsonDocument document(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        return value.isDocument() ? value.asDocument() : new BsonDocument();
    }

    static List<BsonDocument> items(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        BsonArray array = value.isArray() ? value.asArray() : new BsonArray();
        return array.stream()
                .filter(BsonValue::isDocument)
                .map(BsonValue::asDocument)
                .toList();
    }

    static List<String> texts(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        BsonArray array = value.isArray() ? value.asArray() : new BsonArray();
        return array.stream().map(Fields::plain).toList();
    }

    /** A time in the zone of this machine. */
    static String time(BsonDocument document, String path) {
        BsonValue value = at(document, path);
        if (value.isDateTime()) {
            return local(Instant.ofEpochMilli(value.asDateTime().getValue()));
        }
        if (!value.isString()) {
            return NONE;
        }
        try {
            return local(Instant.parse(value.asString().getValue()));
        } catch (DateTimeParseException other) {
            return value.asString().getValue();
        }
    }

    private static String local(Instant instant) {
        return LOCAL.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** A value as one reads it: texts bare, everything else as extended JSON. */
    static String plain(BsonValue value) {
        return switch (value.getBsonType()) {
            case NULL -> NONE;
            case STRING -> value.asString().getValue();
            case OBJECT_ID -> value.asObjectId().getValue().toHexString();
            default -> json(value);
        };
    }

    /** A value as relaxed extended JSON. */
    static String json(BsonValue value) {
        String wrapped = new BsonDocument("v", value).toJson(RELAXED);
        return wrapped.substring(wrapped.indexOf(':') + 1, wrapped.length() - 1).strip();
    }
}
