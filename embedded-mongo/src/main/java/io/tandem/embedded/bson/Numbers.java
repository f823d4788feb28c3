package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.Decimal128;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Comparison of numbers by value across the four numeric types, as the server does it. Any thread. */
public final class Numbers {
    private static final BigInteger COEFFICIENT_MAX = BigInteger.TEN.pow(34).subtract(BigInteger.ONE);

    private Numbers() {}

    public static boolean isNaN(Number number) {
        if (number instanceof Double value) {
            return value.isNaN();
        }
        return number instanceof Decimal128 decimal && (decimal.getHigh() & 0x7c00000000000000L) == 0x7c00000000000000L;
    }

    /** +1, -1 for the infinities of either floating type, else 0. */
    public static int infinity(Number number) {
        if (number instanceof Double value) {
            return value.isInfinite() ? (value > 0 ? 1 : -1) : 0;
        }
        if (number instanceof Decimal128 decimal && (decimal.getHigh() & 0x7c00000000000000L) == 0x7800000000000000L) {
            return decimal.getHigh() < 0 ? -1 : 1;
        }
        return 0;
    }

    /** The exact value of a finite number. */
    public static BigDecimal exact(Number number) {
        if (number instanceof Decimal128 decimal) {
            return exact(decimal);
        } else if (number instanceof Double value) {
            return new BigDecimal(value);
        }
        return BigDecimal.valueOf(number.longValue());
    }

    private static BigDecimal exact(Decimal128 decimal) {
        long high = decimal.getHigh();
        if ((high & 0x6000000000000000L) == 0x6000000000000000L) {
            return BigDecimal.ZERO;
        }
        int exponent = (int) ((high >>> 49) & 0x3fff) - 6176;
        byte[] low = new byte[17];
        long top = high & 0x1ffffffffffffL;
        for (int i = 0; i < 8; i++) {
            low[1 + i] = (byte) (top >>> (56 - 8 * i));
            low[9 + i] = (byte) (decimal.getLow() >>> (56 - 8 * i));
        }
        BigInteger coefficient = new BigInteger(low);
        if (coefficient.compareTo(COEFFICIENT_MAX) > 0) {
            return BigDecimal.ZERO;
        }
        return new BigDecimal(high < 0 ? coefficient.negate() : coefficient, -exponent);
    }

    /** Server order of two numbers: NaN first, then by value; -0 equals 0. */
    public static int compare(Number a, Number b) {
        boolean longA = a instanceof Integer || a instanceof Long;
        boolean longB = b instanceof Integer || b instanceof Long;
        if (longA && longB) {
            return Long.compare(a.longValue(), b.longValue());
        }
        boolean nanA = isNaN(a);
        boolean nanB = isNaN(b);
        if (nanA || nanB) {
            return nanA ? (nanB ? 0 : -1) : 1;
        }
        if ((a instanceof Double && (b instanceof Double || b instanceof Integer))
                || (b instanceof Double && a instanceof Integer)) {
            double x = a.doubleValue();
            double y = b.doubleValue();
            return x < y ? -1 : x > y ? 1 : 0;
        }
        int infiniteA = infinity(a);
        int infiniteB = infinity(b);
        if (infiniteA != 0 || infiniteB != 0) {
            return Integer.compare(infiniteA, infiniteB);
        }
        return exact(a).compareTo(exact(b));
    }
}
