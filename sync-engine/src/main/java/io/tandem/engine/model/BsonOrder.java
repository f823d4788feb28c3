package io.tandem.engine.model;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonNumber;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/**
 * The order in which MongoDB sorts values under the simple collation, as documented under "Comparison/Sort Order" of its
 * manual. Stateless. Values that compare as equal are the same {@code _id} to a server, whatever their types.
 */
public final class BsonOrder implements Comparator<BsonValue> {
    public static final BsonOrder INSTANCE = new BsonOrder();

    private BsonOrder() {}

    @Override
    public int compare(BsonValue a, BsonValue b) {
        int byRank = Integer.compare(rank(a.getBsonType()), rank(b.getBsonType()));
        if (byRank != 0) {
            return byRank;
        }
        return switch (a.getBsonType()) {
            case DOUBLE, INT32, INT64, DECIMAL128 -> compareNumbers((BsonNumber) a, (BsonNumber) b);
            case STRING, SYMBOL -> compareStrings(text(a), text(b));
            case DOCUMENT -> compareDocuments(a.asDocument(), b.asDocument());
            case ARRAY -> compareArrays(a.asArray(), b.asArray());
            case BINARY -> compareBinaries(a.asBinary(), b.asBinary());
            case OBJECT_ID -> a.asObjectId().compareTo(b.asObjectId());
            case BOOLEAN ->
                Boolean.compare(a.asBoolean().getValue(), b.asBoolean().getValue());
            case DATE_TIME ->
                Long.compare(a.asDateTime().getValue(), b.asDateTime().getValue());
            case TIMESTAMP ->
                Long.compareUnsigned(a.asTimestamp().getValue(), b.asTimestamp().getValue());
            case REGULAR_EXPRESSION -> compareExpressions(a.asRegularExpression(), b.asRegularExpression());
            case DB_POINTER -> comparePointers(a.asDBPointer(), b.asDBPointer());
            case JAVASCRIPT -> compareStrings(((BsonJavaScript) a).getCode(), ((BsonJavaScript) b).getCode());
            case JAVASCRIPT_WITH_SCOPE -> compareScoped((BsonJavaScriptWithScope) a, (BsonJavaScriptWithScope) b);
            case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> 0;
        };
    }

    /** Position of a type among the types; types of one rank compare by value. */
    static int rank(BsonType type) {
        return switch (type) {
            case MIN_KEY -> -1;
            case END_OF_DOCUMENT, UNDEFINED -> 0;
            case NULL -> 5;
            case DOUBLE, INT32, INT64, DECIMAL128 -> 10;
            case STRING, SYMBOL -> 15;
            case DOCUMENT -> 20;
            case ARRAY -> 25;
            case BINARY -> 30;
            case OBJECT_ID -> 35;
            case BOOLEAN -> 40;
            case DATE_TIME -> 45;
            case TIMESTAMP -> 47;
            case REGULAR_EXPRESSION -> 50;
            case DB_POINTER -> 55;
            case JAVASCRIPT -> 60;
            case JAVASCRIPT_WITH_SCOPE -> 65;
            case MAX_KEY -> 127;
        };
    }

    private static String text(BsonValue value) {
        return value instanceof BsonSymbol symbol ? symbol.getSymbol() : ((BsonString) value).getValue();
    }

    /** By UTF-8 bytes, which is by code points. */
    private static int compareStrings(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xPair = Character.isSurrogate(x);
                boolean yPair = Character.isSurrogate(y);
                return xPair == yPair ? Character.compare(x, y) : xPair ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static int compareNumbers(BsonNumber a, BsonNumber b) {
        boolean aWhole = a.isInt32() || a.isInt64();
        boolean bWhole = b.isInt32() || b.isInt64();
        if (aWhole && bWhole) {
            return Long.compare(a.longValue(), b.longValue());
        }
        int aSpecial = special(a);
        int bSpecial = special(b);
        if (aSpecial != 0 || bSpecial != 0) {
            return Integer.compare(aSpecial, bSpecial);
        }
        return exact(a).compareTo(exact(b));
    }

    /** -2 for NaN, which sorts before all numbers, -1 and 1 for the infinities, 0 for finite numbers. */
    static int special(BsonNumber number) {
        if (number instanceof BsonDouble d) {
            double value = d.getValue();
            return Double.isNaN(value) ? -2 : Double.isInfinite(value) ? (value > 0 ? 1 : -1) : 0;
        }
        if (number instanceof BsonDecimal128 d) {
            Decimal128 value = d.getValue();
            return value.isNaN() ? -2 : value.isInfinite() ? (value.isNegative() ? -1 : 1) : 0;
        }
        return 0;
    }

    /** The number's exact value; it must be finite. */
    static BigDecimal exact(BsonNumber number) {
        if (number instanceof BsonDouble d) {
            return new BigDecimal(d.getValue());
        }
        if (number instanceof BsonDecimal128 d) {
            Decimal128 value = d.getValue();
            boolean negativeZero = value.isNegative() && value.doubleValue() == 0.0;
            return negativeZero ? BigDecimal.ZERO : value.bigDecimalValue();
        }
        return BigDecimal.valueOf(number.longValue());
    }

    private int compareDocuments(BsonDocument a, BsonDocument b) {
        Iterator<Map.Entry<String, BsonValue>> left = a.entrySet().iterator();
        Iterator<Map.Entry<String, BsonValue>> right = b.entrySet().iterator();
        while (left.hasNext() && right.hasNext()) {
            Map.Entry<String, BsonValue> x = left.next();
            Map.Entry<String, BsonValue> y = right.next();
            int byType = Integer.compare(
                    rank(x.getValue().getBsonType()), rank(y.getValue().getBsonType()));
            int byName = byType != 0 ? byType : compareStrings(x.getKey(), y.getKey());
            int byValue = byName != 0 ? byName : compare(x.getValue(), y.getValue());
            if (byValue != 0) {
                return byValue;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    private int compareArrays(BsonArray a, BsonArray b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int byValue = compare(a.get(i), b.get(i));
            if (byValue != 0) {
                return byValue;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int compareBinaries(BsonBinary a, BsonBinary b) {
        int byLength = Integer.compare(a.getData().length, b.getData().length);
        int byType = byLength != 0 ? byLength : Integer.compare(a.getType() & 0xff, b.getType() & 0xff);
        return byType != 0 ? byType : Arrays.compareUnsigned(a.getData(), b.getData());
    }

    private static int compareExpressions(BsonRegularExpression a, BsonRegularExpression b) {
        int byPattern = compareStrings(a.getPattern(), b.getPattern());
        return byPattern != 0 ? byPattern : compareStrings(a.getOptions(), b.getOptions());
    }

    private static int comparePointers(BsonDbPointer a, BsonDbPointer b) {
        int byNamespace = compareStrings(a.getNamespace(), b.getNamespace());
        return byNamespace != 0 ? byNamespace : a.getId().compareTo(b.getId());
    }

    private int compareScoped(BsonJavaScriptWithScope a, BsonJavaScriptWithScope b) {
        int byCode = compareStrings(a.getCode(), b.getCode());
        return byCode != 0 ? byCode : compareDocuments(a.getScope(), b.getScope());
    }
}
