package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The server's comparison order over all BSON values, which also is its equality: numbers by value across types, documents
 * field by field in order, strings as UTF-8 bytes. Any thread.
 */
public final class BsonOrder {
    private BsonOrder() {}

    /** Place of a type in the order; types with the same place compare by value. */
    public static int canonical(byte type) {
        return switch (type) {
            case BsonTypes.MIN_KEY -> -1;
            case BsonTypes.MISSING, BsonTypes.UNDEFINED -> 0;
            case BsonTypes.NULL -> 5;
            case BsonTypes.INT32, BsonTypes.INT64, BsonTypes.DOUBLE, BsonTypes.DECIMAL128 -> 10;
            case BsonTypes.STRING, BsonTypes.SYMBOL -> 15;
            case BsonTypes.DOCUMENT -> 20;
            case BsonTypes.ARRAY -> 25;
            case BsonTypes.BINARY -> 30;
            case BsonTypes.OBJECT_ID -> 35;
            case BsonTypes.BOOLEAN -> 40;
            case BsonTypes.DATE -> 45;
            case BsonTypes.TIMESTAMP -> 47;
            case BsonTypes.REGEX -> 50;
            case BsonTypes.DB_POINTER -> 55;
            case BsonTypes.JAVASCRIPT -> 60;
            case BsonTypes.CODE_WITH_SCOPE -> 65;
            default -> 127;
        };
    }

    public static boolean equal(@Nullable Object a, @Nullable Object b) {
        return compare(a, b) == 0;
    }

    /** Whether the collation sees no difference. */
    public static boolean equal(@Nullable Object a, @Nullable Object b, Collation collation) {
        return compare(a, b, collation) == 0;
    }

    public static int compare(@Nullable Object a, @Nullable Object b) {
        return compare(a, b, Collation.SIMPLE);
    }

    /** The order when strings, also those inside documents and arrays, are compared by a collation. */
    public static int compare(@Nullable Object a, @Nullable Object b, Collation collation) {
        if (a == b) {
            return 0;
        }
        byte typeA = BsonTypes.of(a);
        byte typeB = BsonTypes.of(b);
        int canonical = canonical(typeA);
        int byType = Integer.compare(canonical, canonical(typeB));
        if (byType != 0 || a == null || b == null) {
            return byType;
        }
        return switch (canonical) {
            case 10 -> Numbers.compare((Number) a, (Number) b);
            case 15 -> collation.compare(text(a), text(b));
            case 20 -> compareDocuments((Document) a, (Document) b, collation);
            case 25 -> compareArrays((List<?>) a, (List<?>) b, collation);
            case 30 -> compareBinary(binary(a), binary(b));
            case 35 -> Arrays.compareUnsigned(((ObjectId) a).toByteArray(), ((ObjectId) b).toByteArray());
            case 40 -> Boolean.compare((Boolean) a, (Boolean) b);
            case 45 -> ((Instant) a).compareTo((Instant) b);
            case 47 -> Long.compareUnsigned(((BsonTimestamp) a).getValue(), ((BsonTimestamp) b).getValue());
            case 50 -> compareRegex((BsonRegularExpression) a, (BsonRegularExpression) b);
            case 55, 65 -> Arrays.compareUnsigned(((OpaqueBson) a).raw(), ((OpaqueBson) b).raw());
            case 60 -> compareStrings(((BsonJavaScript) a).getCode(), ((BsonJavaScript) b).getCode());
            default -> 0;
        };
    }

    /** Strings in the order of their UTF-8 bytes, which is the order of their code points. */
    public static int compareStrings(String a, String b) {
        if (a.equals(b)) { // which looks at many characters at once
            return 0;
        }
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogateX = Character.isSurrogate(x);
                boolean surrogateY = Character.isSurrogate(y);
                return surrogateX == surrogateY ? Character.compare(x, y) : surrogateX ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static String text(Object value) {
        if (value instanceof OpaqueBson symbol) {
            return new String(symbol.raw(), 4, symbol.raw().length - 5, StandardCharsets.UTF_8);
        }
        return (String) value;
    }

    private static int compareDocuments(Document a, Document b, Collation collation) {
        Iterator<Map.Entry<String, Object>> left = a.entrySet().iterator();
        Iterator<Map.Entry<String, Object>> right = b.entrySet().iterator();
        while (left.hasNext() && right.hasNext()) {
            Map.Entry<String, Object> x = left.next();
            Map.Entry<String, Object> y = right.next();
            int result = Integer.compare(canonical(BsonTypes.of(x.getValue())), canonical(BsonTypes.of(y.getValue())));
            if (result == 0) {
                result = compareStrings(x.getKey(), y.getKey());
            }
            if (result == 0) {
                result = compare(x.getValue(), y.getValue(), collation);
            }
            if (result != 0) {
                return result;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    private static int compareArrays(List<?> a, List<?> b, Collation collation) {
        int length = Math.min(a.size(), b.size());
        for (int i = 0; i < length; i++) {
            int result = compare(a.get(i), b.get(i), collation);
            if (result != 0) {
                return result;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /** Subtype byte followed by the data. */
    static byte[] binary(Object value) {
        if (value instanceof OpaqueBson opaque) {
            return Arrays.copyOfRange(opaque.raw(), 4, opaque.raw().length);
        } else if (value instanceof UUID uuid) {
            return ByteBuffer.allocate(17)
                    .put((byte) 4)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
        }
        byte[] data = ((BinData) value).getData();
        byte[] result = new byte[data.length + 1];
        System.arraycopy(data, 0, result, 1, data.length);
        return result;
    }

    private static int compareBinary(byte[] a, byte[] b) {
        return a.length == b.length ? Arrays.compareUnsigned(a, b) : Integer.compare(a.length, b.length);
    }

    private static int compareRegex(BsonRegularExpression a, BsonRegularExpression b) {
        int result = compareStrings(a.getPattern(), b.getPattern());
        return result != 0 ? result : compareStrings(options(a), options(b));
    }

    static String options(BsonRegularExpression regex) {
        return regex.getOptions() == null ? "" : regex.getOptions();
    }
}
