package io.tandem.agent.service;

import io.tandem.agent.json.StrictJson;
import io.tandem.agent.service.ServiceException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * An order of documents, and cursors that name a place in it. A cursor holds the sort values of the last document of a page, so the next page
 * begins right after it whatever was inserted or deleted meanwhile. Immutable.
 *
 * <p>Comparison operators of queries look only at values of the same type, while sorting orders all types. {@link #after} therefore also asks
 * for the types that come later. Fields that hold arrays have no single place in an order; pages sorted by them may repeat documents.
 */
final class Keyset {
    private static final int FIELDS_MAX = 4;
    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    /** The types in the order in which MongoDB sorts them; those in one entry compare with each other. */
    private static final List<List<String>> TYPE_ORDER = List.of(
            List.of("minKey"),
            List.of("null", "undefined"),
            List.of("int", "long", "double", "decimal"),
            List.of("string", "symbol"),
            List.of("object"),
            List.of("array"),
            List.of("binData"),
            List.of("objectId"),
            List.of("bool"),
            List.of("date"),
            List.of("timestamp"),
            List.of("regex"),
            List.of("dbPointer"),
            List.of("javascript"),
            List.of("javascriptWithScope"),
            List.of("maxKey"));

    private static final int NULLS = 1;
    private static final int NUMBERS = 2;

    private final Map<String, Boolean> rising;

    private Keyset(Map<String, Boolean> rising) {
        this.rising = rising;
    }

    /** @param sort field names, with a leading {@code -} for falling order; {@code _id} is added as the last word */
    static Keyset of(List<String> sort) {
        Map<String, Boolean> rising = new LinkedHashMap<>();
        for (String word : sort) {
            boolean up = !word.startsWith("-");
            String field = up ? word : word.substring(1);
            if (!field.matches("[^$\\x00-\\x1f][^\\x00-\\x1f]{0,99}")) {
                throw invalid("A field to sort by is empty, too long, or begins with $.");
            }
            rising.putIfAbsent(field, up);
        }
        if (rising.size() > FIELDS_MAX) {
            throw invalid("Sorting by more than " + FIELDS_MAX + " fields is not allowed.");
        }
        rising.putIfAbsent("_id", true);
        return new Keyset(rising);
    }

    BsonDocument sort() {
        BsonDocument sort = new BsonDocument();
        rising.forEach((field, up) -> sort.put(field, new BsonInt32(up ? 1 : -1)));
        return sort;
    }

    /** The order in words; a cursor of another order would skip documents. */
    private String order() {
        List<String> words = new ArrayList<>();
        rising.forEach((field, up) -> words.add((up ? "" : "-") + field));
        return String.join(",", words);
    }

    /** Names the place right after a document. */
    String cursor(BsonDocument last) {
        BsonArray values = new BsonArray();
        rising.keySet().forEach(field -> values.add(at(last, field)));
        BsonDocument place = new BsonDocument("by", new BsonString(order())).append("values", values);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(place.toJson(EXACT).getBytes(StandardCharsets.UTF_8));
    }

    /** Matches what comes after the place that a cursor names. */
    BsonDocument after(String cursor) {
        BsonArray values = values(cursor);
        BsonArray alternatives = new BsonArray();
        List<String> fields = new ArrayList<>(rising.keySet());
        for (int i = 0; i < fields.size(); i++) {
            BsonArray all = new BsonArray();
            for (int j = 0; j < i; j++) {
                all.add(new BsonDocument(fields.get(j), new BsonDocument("$eq", values.get(j))));
            }
            List<BsonDocument> later = later(fields.get(i), values.get(i));
            if (!later.isEmpty()) {
                all.add(new BsonDocument("$or", new BsonArray(later)));
                alternatives.add(new BsonDocument("$and", all));
            }
        }
        return alternatives.isEmpty()
                ? new BsonDocument("_id", new BsonDocument("$exists", BsonBoolean.FALSE))
                : new BsonDocument("$or", alternatives);
    }

    private List<BsonDocument> later(String field, BsonValue value) {
        boolean up = Boolean.TRUE.equals(rising.get(field));
        int place = place(value.getBsonType());
        List<BsonDocument> later = new ArrayList<>();
        if (place > NULLS && place < TYPE_ORDER.size() - 1) {
            later.add(where(field, up ? "$gt" : "$lt", value));
        }
        if (place == NUMBERS && isNotANumber(value) == up) {
            // Comparisons never match "not a number", yet it sorts before all other numbers.
            later.add(up ? numbersButNotNan(field) : where(field, "$eq", new BsonDouble(Double.NaN)));
        }
        BsonArray names = new BsonArray();
        List<List<String>> types = up ? TYPE_ORDER.subList(place + 1, TYPE_ORDER.size()) : TYPE_ORDER.subList(0, place);
        types.forEach(group -> group.forEach(name -> names.add(new BsonString(name))));
        if (!names.isEmpty()) {
            later.add(where(field, "$type", names));
        }
        boolean nullsFollow = up ? place < NULLS : place > NULLS;
        if (nullsFollow) {
            // Equality with null also finds documents without the field, which sort with null.
            later.add(where(field, "$eq", BsonNull.VALUE));
        }
        return later;
    }

    private static BsonDocument where(String field, String operator, BsonValue value) {
        return new BsonDocument(field, new BsonDocument(operator, value));
    }

    private static boolean isNotANumber(BsonValue value) {
        return (value.isDouble() && Double.isNaN(value.asDouble().getValue()))
                || (value.isDecimal128() && value.asDecimal128().getValue().isNaN());
    }

    private static BsonDocument numbersButNotNan(String field) {
        BsonArray numbers = new BsonArray();
        TYPE_ORDER.get(NUMBERS).forEach(name -> numbers.add(new BsonString(name)));
        return new BsonDocument(field, new BsonDocument("$type", numbers).append("$ne", new BsonDouble(Double.NaN)));
    }

    private static int place(BsonType type) {
        return switch (type) {
            case MIN_KEY -> 0;
            case NULL, UNDEFINED -> NULLS;
            case INT32, INT64, DOUBLE, DECIMAL128 -> NUMBERS;
            case STRING, SYMBOL -> 3;
            case DOCUMENT -> 4;
            case ARRAY -> 5;
            case BINARY -> 6;
            case OBJECT_ID -> 7;
            case BOOLEAN -> 8;
            case DATE_TIME -> 9;
            case TIMESTAMP -> 10;
            case REGULAR_EXPRESSION -> 11;
            case DB_POINTER -> 12;
            case JAVASCRIPT -> 13;
            case JAVASCRIPT_WITH_SCOPE -> 14;
            case MAX_KEY, END_OF_DOCUMENT -> 15;
        };
    }

    private BsonArray values(String cursor) {
        try {
            byte[] json = Base64.getUrlDecoder().decode(cursor);
            BsonDocument place = StrictJson.object(new String(json, StandardCharsets.UTF_8));
            boolean same = place.isString("by")
                    && place.getString("by").getValue().equals(order())
                    && place.isArray("values")
                    && place.getArray("values").size() == rising.size();
            if (same) {
                return place.getArray("values");
            }
        } catch (IllegalArgumentException | StrictJson.Refused malformed) {
            throw new ServiceException(Kind.INVALID, unusable(), malformed);
        }
        throw invalid(unusable());
    }

    private static String unusable() {
        return "The cursor is not one that this list gave out. Use nextCursor of the page before with the same sort, or leave it out.";
    }

    private static BsonValue at(BsonDocument document, String path) {
        BsonValue value = document;
        for (String name : path.split("\\.", -1)) {
            value = value instanceof BsonDocument nested ? nested.getOrDefault(name, BsonNull.VALUE) : BsonNull.VALUE;
        }
        return value;
    }

    private static ServiceException invalid(String message) {
        return new ServiceException(Kind.INVALID, message);
    }
}
