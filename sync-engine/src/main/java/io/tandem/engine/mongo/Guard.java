package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The filter that matches a document only while it is exactly the one that was seen. Immutable.
 *
 * <p>A server compares documents field by field in order, but numbers by value whatever their type. So the filter asks for
 * three things: the same {@code _id}; {@code $cmp} of the whole document with the one seen (the plain {@code $eq} of
 * {@code $$ROOT} is refused by real servers, code 16409); and the same size together with the same type of every number of
 * eight bytes or more. With those types fixed only 32-bit integers could have changed theirs, which only ever makes a
 * document longer: the size tells. What stays unseen is a change that leaves every value as it was: the sign of a zero, the
 * bits of a NaN, the exponent of an equal decimal, a symbol for a string.
 *
 * <p>Strings are compared under the simple collation, which the callers ask for, except where that would not be able to use
 * the collection's {@code _id} index. There, and where the filter would be too large or the numbers too many to list, the
 * guard {@linkplain #isExact is not exact} and the write has to be verified afterwards; see {@link Exchange}.
 */
final class Guard {
    /** How many numbers' types are listed. */
    private static final int NUMBERS = 100;
    /** Filter and replacement must fit one statement of 16 MB; the rest is for the filter's own words. */
    static final int STATEMENT_BYTES = 15 * 1024 * 1024;
    /** Fields up to this size are compared when the whole document cannot be sent. */
    private static final int SMALL_FIELD = 1024;
    /** How much of them, at most. */
    private static final int SMALL_FIELDS = 64 * 1024;

    private final BsonDocument filter;
    private final boolean exact;

    private Guard(BsonDocument filter, boolean exact) {
        this.filter = filter;
        this.exact = exact;
    }

    BsonDocument filter() {
        return filter;
    }

    /** Whether a match proves that nothing unseen was there. */
    boolean isExact() {
        return exact;
    }

    /**
     * A guard for replacing or deleting a document.
     *
     * @param seen what must be there
     * @param nextBytes size of what will replace it; 0 for a delete
     * @param wireVersion of the server
     * @param collated whether strings will be compared under the collection's own collation
     */
    static Guard of(DocKey key, Doc seen, int nextBytes, int wireVersion, boolean collated) {
        boolean sizeKnown = wireVersion >= Link.WIRE_4_4;
        BsonArray conditions = new BsonArray();
        if (sizeKnown) {
            conditions.add(equal(new BsonDocument("$bsonSize", root()), new BsonInt32(seen.size())));
        }
        if (seen.size() + nextBytes > STATEMENT_BYTES) {
            if (nextBytes <= STATEMENT_BYTES) {
                addSmallFields(seen.stored(), conditions);
            }
            return new Guard(filter(key, conditions), false);
        }
        conditions.add(same(root(), seen.stored()));
        Optional<List<BsonDocument>> types = new NumberTypes(sizeKnown).of(seen.stored());
        types.ifPresent(conditions::addAll);
        return new Guard(filter(key, conditions), types.isPresent() && !collated);
    }

    private static BsonDocument filter(DocKey key, BsonArray conditions) {
        BsonDocument filter = Values.byId(key.id());
        return conditions.isEmpty() ? filter : filter.append("$expr", new BsonDocument("$and", conditions));
    }

    private static BsonString root() {
        return new BsonString("$$ROOT");
    }

    private static BsonDocument equal(BsonValue a, BsonValue b) {
        return new BsonDocument("$eq", new BsonArray(List.of(a, b)));
    }

    /** Compares as equal. */
    private static BsonDocument same(BsonValue expression, BsonValue literal) {
        BsonArray both = new BsonArray(List.of(expression, new BsonDocument("$literal", literal)));
        return equal(new BsonDocument("$cmp", both), new BsonInt32(0));
    }

    private static void addSmallFields(RawBsonDocument seen, BsonArray conditions) {
        int total = 0;
        for (Map.Entry<String, BsonValue> field : seen.entrySet()) {
            if (field.getKey().equals("_id") || !isPlain(field.getKey())) {
                continue;
            }
            int size = sizeOf(field.getValue());
            if (size <= SMALL_FIELD && total + size <= SMALL_FIELDS) {
                conditions.add(same(new BsonString("$" + field.getKey()), field.getValue()));
                total += size;
            }
        }
    }

    private static int sizeOf(BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING -> value.asString().getValue().length();
            case BINARY -> value.asBinary().getData().length;
            case DOCUMENT, ARRAY, JAVASCRIPT, JAVASCRIPT_WITH_SCOPE, REGULAR_EXPRESSION, SYMBOL, DB_POINTER ->
                BsonBytes.encode(new BsonDocument("v", value)).length;
            case DOUBLE,
                    OBJECT_ID,
                    BOOLEAN,
                    DATE_TIME,
                    NULL,
                    UNDEFINED,
                    INT32,
                    INT64,
                    DECIMAL128,
                    TIMESTAMP,
                    MIN_KEY,
                    MAX_KEY,
                    END_OF_DOCUMENT -> 16;
        };
    }

    /** Whether a field path of an expression can name it. */
    private static boolean isPlain(String name) {
        return !name.isEmpty() && !name.startsWith("$") && name.indexOf('.') < 0 && name.indexOf('\0') < 0;
    }

    /** Lists conditions on the types of numbers. Used once. */
    private static final class NumberTypes {
        private final boolean sizeKnown;
        private final List<BsonDocument> conditions = new ArrayList<>();
        private boolean complete = true;

        NumberTypes(boolean sizeKnown) {
            this.sizeKnown = sizeKnown;
        }

        /** One condition for each number whose type the size does not tell; empty when they cannot all be listed. */
        Optional<List<BsonDocument>> of(RawBsonDocument document) {
            if (!BsonBytes.anyElementWithin(BsonBytes.of(document), (type, name, value) -> isAmbiguous(type))) {
                return Optional.of(List.of()); // without decoding anything, as is usual
            }
            fields(document, "$");
            return complete ? Optional.of(conditions) : Optional.empty();
        }

        private void fields(BsonDocument document, String prefix) {
            List<String> seen = new ArrayList<>();
            for (Map.Entry<String, BsonValue> field : document.entrySet()) {
                if (!complete) {
                    return;
                }
                boolean nameable = isPlain(field.getKey())
                        && (!mayHoldNumbers(field.getValue()) || !seen.contains(field.getKey()));
                if (mayHoldNumbers(field.getValue())) {
                    value(field.getValue(), new BsonString(prefix + field.getKey()), nameable);
                    seen.add(field.getKey());
                }
            }
        }

        private static boolean mayHoldNumbers(BsonValue value) {
            return value.isNumber() || value.isDecimal128() || value.isDocument() || value.isArray();
        }

        private void value(BsonValue value, BsonValue expression, boolean nameable) {
            if (value instanceof BsonDocument document) {
                if (nameable && expression instanceof BsonString path) {
                    fields(document, path.getValue() + ".");
                } else if (holdsAmbiguous(document)) {
                    complete = false;
                }
            } else if (value instanceof BsonArray array) {
                elements(array, expression, nameable);
            } else if (isAmbiguous(value)) {
                if (nameable && conditions.size() < NUMBERS) {
                    conditions.add(equal(new BsonDocument("$type", expression), new BsonString(typeName(value))));
                } else {
                    complete = false;
                }
            }
        }

        /** Scalars of an array are asked for one by one; documents in it cannot be named by a path. */
        private void elements(BsonArray array, BsonValue expression, boolean nameable) {
            for (int i = 0; i < array.size() && complete; i++) {
                BsonValue element = array.get(i);
                BsonDocument at =
                        new BsonDocument("$arrayElemAt", new BsonArray(List.of(expression, new BsonInt32(i))));
                if (element instanceof BsonDocument document) {
                    inArray(document, at, nameable);
                } else {
                    value(element, at, nameable);
                }
            }
        }

        /** {@code {$let: {vars: {e: <element>}, in: {$type: "$$e.path"}}}} for each number in the element. */
        private void inArray(BsonDocument document, BsonDocument at, boolean nameable) {
            if (!holdsAmbiguous(document)) {
                return;
            }
            NumberTypes inner = new NumberTypes(sizeKnown);
            inner.fields(document, "$$e.");
            if (!nameable || !inner.complete || conditions.size() + inner.conditions.size() > NUMBERS) {
                complete = false;
                return;
            }
            BsonDocument all = new BsonDocument("$and", new BsonArray(inner.conditions));
            conditions.add(
                    new BsonDocument("$let", new BsonDocument("vars", new BsonDocument("e", at)).append("in", all)));
        }

        private boolean holdsAmbiguous(BsonValue value) {
            if (value instanceof BsonDocument document) {
                return document.values().stream().anyMatch(this::holdsAmbiguous);
            }
            if (value instanceof BsonArray array) {
                return array.stream().anyMatch(this::holdsAmbiguous);
            }
            return isAmbiguous(value);
        }

        private boolean isAmbiguous(BsonValue value) {
            return value.isDouble() || value.isInt64() || value.isDecimal128() || (!sizeKnown && value.isInt32());
        }

        /** By its type in bytes; code with a scope may hold anything. */
        private boolean isAmbiguous(byte type) {
            return switch (type) {
                case 0x01, 0x12, 0x13, 0x0f -> true;
                case 0x10 -> !sizeKnown;
                default -> false;
            };
        }

        private static String typeName(BsonValue value) {
            if (value.getBsonType() == BsonType.INT32) {
                return "int";
            }
            if (value instanceof BsonInt64) {
                return "long";
            }
            return value.isDouble() ? "double" : "decimal";
        }
    }
}
