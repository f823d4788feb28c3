package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The BSON type numbers, their names, and the type of a decoded value. Any thread. */
public final class BsonTypes {
    public static final byte DOUBLE = 1;
    public static final byte STRING = 2;
    public static final byte DOCUMENT = 3;
    public static final byte ARRAY = 4;
    public static final byte BINARY = 5;
    public static final byte UNDEFINED = 6;
    public static final byte OBJECT_ID = 7;
    public static final byte BOOLEAN = 8;
    public static final byte DATE = 9;
    public static final byte NULL = 10;
    public static final byte REGEX = 11;
    public static final byte DB_POINTER = 12;
    public static final byte JAVASCRIPT = 13;
    public static final byte SYMBOL = 14;
    public static final byte CODE_WITH_SCOPE = 15;
    public static final byte INT32 = 16;
    public static final byte TIMESTAMP = 17;
    public static final byte INT64 = 18;
    public static final byte DECIMAL128 = 19;
    public static final byte MAX_KEY = 127;
    public static final byte MIN_KEY = -1;
    /** Not a BSON type: the field is not there. */
    public static final byte MISSING = 0;

    private static final String[] NAMES = {
        "missing",
        "double",
        "string",
        "object",
        "array",
        "binData",
        "undefined",
        "objectId",
        "bool",
        "date",
        "null",
        "regex",
        "dbPointer",
        "javascript",
        "symbol",
        "javascriptWithScope",
        "int",
        "timestamp",
        "long",
        "decimal"
    };

    private BsonTypes() {}

    /** The type number of a decoded value. */
    public static byte of(@Nullable Object value) {
        if (value == null) {
            return NULL;
        } else if (value instanceof String) {
            return STRING;
        } else if (value instanceof Integer) {
            return INT32;
        } else if (value instanceof Document || value instanceof RawBson) {
            return DOCUMENT;
        } else if (value instanceof List) {
            return ARRAY;
        } else if (value instanceof Double) {
            return DOUBLE;
        } else if (value instanceof Long) {
            return INT64;
        } else if (value instanceof Boolean) {
            return BOOLEAN;
        } else if (value instanceof ObjectId) {
            return OBJECT_ID;
        } else if (value instanceof Instant) {
            return DATE;
        } else if (value instanceof Decimal128) {
            return DECIMAL128;
        } else if (value instanceof BsonTimestamp) {
            return TIMESTAMP;
        }
        return rare(value);
    }

    private static byte rare(Object value) {
        if (value instanceof OpaqueBson opaque) {
            return opaque.type();
        } else if (value instanceof BinData || value instanceof UUID) {
            return BINARY;
        } else if (value instanceof BsonRegularExpression) {
            return REGEX;
        } else if (value instanceof BsonJavaScript) {
            return JAVASCRIPT;
        } else if (value instanceof MinKey) {
            return MIN_KEY;
        } else if (value instanceof MaxKey) {
            return MAX_KEY;
        } else if (value instanceof Missing) {
            return MISSING;
        }
        throw new IllegalArgumentException(
                "not a BSON value: " + value.getClass().getName());
    }

    /** The name of a value's type as `$type` returns it. */
    public static String name(@Nullable Object value) {
        return nameOf(of(value));
    }

    /** The name of a type number. */
    public static String nameOf(byte type) {
        if (type == MIN_KEY) {
            return "minKey";
        }
        return type == MAX_KEY ? "maxKey" : NAMES[type];
    }

    /** The type number with this name, or null when there is none. */
    public static @Nullable Byte byName(String name) {
        for (byte type = 1; type < NAMES.length; type++) {
            if (NAMES[type].equals(name)) {
                return type;
            }
        }
        if ("minKey".equals(name)) {
            return MIN_KEY;
        }
        return "maxKey".equals(name) ? MAX_KEY : null;
    }

    /** Whether the number is that of a BSON type. */
    public static boolean isType(long number) {
        return (number >= 1 && number <= DECIMAL128) || number == MAX_KEY || number == MIN_KEY;
    }
}
