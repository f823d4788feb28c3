package io.tandem.contract.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Replaces what is different at every run by the names that the recording uses. One thread; one object per stream. */
final class StableNames {

    private static final Pattern TOKEN_TEXT = Pattern.compile("[0-9A-F]{24,}");

    private static final Pattern RECORD_ID = Pattern.compile("RecordId\\(\\d+\\)");

    private final String database;
    private final Map<BsonValue, String> tokens = new LinkedHashMap<>();
    private final Map<BsonValue, String> times = new LinkedHashMap<>();
    private final Map<BsonValue, String> sessions = new LinkedHashMap<>();

    StableNames(String database) {
        this.database = database;
    }

    /** One event of a change stream. */
    BsonDocument event(BsonDocument event) {
        BsonDocument named = new BsonDocument();
        event.forEach((field, value) -> named.append(
                field,
                switch (field) {
                    case "_id" -> name(tokens, value, "token");
                    case "clusterTime" -> name(times, value, "time");
                    case "lsid" -> name(sessions, value, "session");
                    case "txnNumber" -> new BsonString("<txn>");
                    case "wallTime" -> new BsonString(value.isDateTime() ? "<wall time>" : "not a date");
                    case "ns", "to" -> inDatabase(value.asDocument());
                    default -> value;
                }));
        return named;
    }

    /** Any reply or recorded value: the database's name and tokens inside texts are replaced, nothing else. */
    BsonValue texts(BsonValue value) {
        if (value.isString()) {
            String text = value.asString().getValue().replace(database, Recording.DATABASE);
            text = RECORD_ID.matcher(text).replaceAll("RecordId(<number>)");
            return new BsonString(TOKEN_TEXT.matcher(text).replaceAll("<token text>"));
        }
        if (value.isDocument()) {
            BsonDocument replaced = new BsonDocument();
            value.asDocument().forEach((field, inner) -> replaced.append(field, texts(inner)));
            return replaced;
        }
        if (value.isArray()) {
            BsonArray replaced = new BsonArray();
            value.asArray().forEach(inner -> replaced.add(texts(inner)));
            return replaced;
        }
        return value;
    }

    private static BsonString name(Map<BsonValue, String> known, BsonValue value, String kind) {
        return new BsonString(known.computeIfAbsent(value, unused -> "<" + kind + " " + (known.size() + 1) + ">"));
    }

    private BsonDocument inDatabase(BsonDocument namespace) {
        BsonDocument named = namespace.clone();
        if (new BsonString(database).equals(named.get("db"))) {
            named.put("db", new BsonString(Recording.DATABASE));
        }
        return named;
    }
}
