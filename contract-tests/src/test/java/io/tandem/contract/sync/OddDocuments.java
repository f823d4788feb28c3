package io.tandem.contract.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/**
 * Makes documents that a server takes and nobody expects: every type, odd names and numbers, and changes so small that a comparison by
 * value does not see them. One thread; the same seed makes the same documents.
 */
final class OddDocuments {
    private static final int DEPTH_MAX = 3;
    private static final List<String> NAMES =
            List.of("a", "b", "A", "", "a.b", "0", "1", " ", "ü", "u\u0308", "\uD83D\uDE00", "__v", "_sync2");
    private static final List<String> NESTED_NAMES = List.of("_sync", "_id", "a", "b", "", "a.b.", ".", "0", "length");
    /** Servers before 5.0 do not take them in a document that replaces another, see docs/protocol.md. */
    private static final List<String> DOLLAR_NAMES = List.of("$a", "$", "$ref", "$set", "a.$b");

    private static final List<String> TEXTS =
            List.of("", "a", "A", "ä", "a\u0308", "\u0000", "a\u0000b", "$a", "$$ROOT", "\uD83D\uDE00", "1", " ");
    private static final List<Double> DOUBLES = List.of(
            0.0,
            -0.0,
            1.0,
            1.5,
            0.1,
            Double.NaN,
            Double.longBitsToDouble(0xfff8000000000001L),
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            9007199254740993.0);
    private static final List<String> DECIMALS =
            List.of("0", "-0", "0.00", "1", "1.0", "1E+3", "0.1", "NaN", "Infinity", "-Infinity", "1E-6176");
    private static final List<Long> WHOLE = List.of(0L, 1L, -1L, 5L, 2147483647L, 9007199254740993L, Long.MIN_VALUE);
    private static final byte[] SUBTYPES = {0, 1, 3, 4, 5, 6, (byte) 128};

    private final Random random;
    private final List<String> nestedNames;

    /**
     * A maker.
     *
     * @param dollars whether names of fields within fields may begin with a dollar sign
     */
    OddDocuments(long seed, boolean dollars) {
        this.random = new Random(seed);
        this.nestedNames = new ArrayList<>(NESTED_NAMES);
        if (dollars) {
            nestedNames.addAll(DOLLAR_NAMES);
        }
    }

    private <T> T one(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** A new document, without an {@code _id}. */
    BsonDocument document() {
        BsonDocument document = new BsonDocument();
        for (int i = random.nextInt(6); i >= 0; i--) {
            document.put(one(NAMES), value(0));
        }
        return document;
    }

    /** Another document, which may differ in no more than the type of a number or the order of its fields. */
    BsonDocument changed(BsonDocument before) {
        BsonDocument document = before.clone();
        List<String> names = new ArrayList<>(document.keySet());
        switch (names.isEmpty() ? 0 : random.nextInt(6)) {
            case 0 -> document.put(one(NAMES), value(0));
            case 1 -> document.remove(one(names));
            case 2 -> document = reordered(document);
            case 3 -> document = document();
            case 4 -> {
                String name = one(names);
                document.put(name, nearly(document.get(name)));
            }
            default -> document.put(one(names), value(0));
        }
        return document;
    }

    private BsonDocument reordered(BsonDocument document) {
        List<Map.Entry<String, BsonValue>> fields = new ArrayList<>(document.entrySet());
        Collections.shuffle(fields, random);
        BsonDocument result = new BsonDocument();
        fields.forEach(field -> result.put(field.getKey(), field.getValue()));
        return result;
    }

    /** A value that a comparison by value may take for the same. */
    private BsonValue nearly(BsonValue value) {
        if (value instanceof BsonNumber number) {
            return number(number.isDecimal128() ? 1 : number.intValue());
        }
        return switch (value.getBsonType()) {
            case STRING -> new BsonSymbol(value.asString().getValue());
            case SYMBOL -> new BsonString(value.asSymbol().getSymbol());
            case DOCUMENT -> {
                BsonDocument document = reordered(value.asDocument());
                document.replaceAll((name, each) -> nearly(each));
                yield document;
            }
            case ARRAY -> {
                BsonArray array =
                        new BsonArray(value.asArray().stream().map(this::nearly).toList());
                Collections.shuffle(array, random);
                yield array;
            }
            case NULL -> new BsonUndefined();
            case UNDEFINED -> BsonNull.VALUE;
            case DATE_TIME -> new BsonTimestamp(value.asDateTime().getValue());
            case TIMESTAMP -> new BsonDateTime(value.asTimestamp().getValue());
            case BINARY -> new BsonBinary((byte) 128, value.asBinary().getData());
            default -> value;
        };
    }

    private BsonNumber number(int value) {
        return switch (random.nextInt(4)) {
            case 0 -> new BsonInt32(value);
            case 1 -> new BsonInt64(value);
            case 2 -> new BsonDouble(value);
            default -> new BsonDecimal128(new Decimal128(value));
        };
    }

    private BsonValue value(int depth) {
        return switch (random.nextInt(depth < DEPTH_MAX ? 26 : 23)) {
            case 0, 1 -> new BsonDouble(one(DOUBLES));
            case 2 -> new BsonInt32((int) (long) one(WHOLE));
            case 3 -> new BsonInt64(one(WHOLE));
            case 4, 5 -> new BsonDecimal128(Decimal128.parse(one(DECIMALS)));
            case 6, 7 -> new BsonString(one(TEXTS));
            case 8 -> new BsonString("ab".repeat(random.nextInt(2_000)));
            case 9 -> new BsonSymbol(one(TEXTS));
            case 10 -> new BsonUndefined();
            case 11 -> BsonNull.VALUE;
            case 12 -> BsonBoolean.valueOf(random.nextBoolean());
            case 13 -> new BsonObjectId(new ObjectId(random.nextInt(3), random.nextInt(3)));
            case 14 -> new BsonDateTime(one(WHOLE));
            case 15 ->
                new BsonTimestamp(1 + random.nextInt(3), random.nextInt(3)); // servers fill in the zero timestamp
            case 16 -> new BsonRegularExpression(one(List.of("", "^a", "a|b", "[")), one(List.of("", "i", "imsx")));
            case 17 -> new BsonDbPointer("a.b", new ObjectId(random.nextInt(3), 0));
            case 18 -> new BsonJavaScript(one(TEXTS));
            case 19 -> new BsonMinKey();
            case 20 -> new BsonMaxKey();
            case 21 -> binary();
            case 22 -> new BsonJavaScriptWithScope("x", new BsonDocument());
            case 23 -> array(depth);
            case 24 -> new BsonJavaScriptWithScope(one(TEXTS), nested(depth));
            default -> nested(depth);
        };
    }

    private BsonBinary binary() {
        byte subtype = SUBTYPES[random.nextInt(SUBTYPES.length)];
        byte[] data = new byte[subtype == 3 || subtype == 4 || subtype == 5 ? 16 : random.nextInt(20)];
        random.nextBytes(data);
        return new BsonBinary(subtype, data);
    }

    private BsonArray array(int depth) {
        BsonArray array = new BsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(depth + 1));
        }
        return array;
    }

    private BsonDocument nested(int depth) {
        BsonDocument document = new BsonDocument();
        for (int i = random.nextInt(4); i > 0; i--) {
            document.put(one(nestedNames), value(depth + 1));
        }
        return document;
    }
}
