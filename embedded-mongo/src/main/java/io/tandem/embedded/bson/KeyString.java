package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value as bytes whose unsigned order is {@link BsonOrder}: equal values have equal bytes, whatever their numeric type. Used as
 * the key of every index. Any thread; immutable.
 *
 * <p>A value is its place in the type order (one byte) and then, by type: strings and names end in 0 with 0 escaped as 1,1;
 * lengths stand before binary data; numbers are their nearest double as ordered bits and, when that is not exact, the sign,
 * decimal exponent and digits of what is left; documents and arrays end in 0, which sorts before any element.
 */
public final class KeyString implements Comparable<KeyString> {
    /** Sorts before every value. */
    public static final KeyString LOWEST = new KeyString(new byte[0]);
    /** Sorts after every value. */
    public static final KeyString HIGHEST = new KeyString(new byte[] {(byte) 0xff});

    /** The key of null, also of a field that is not there. */
    public static final KeyString NULL = of(null);

    /** The key of the value undefined. */
    public static final KeyString UNDEFINED = of(new OpaqueBson(BsonTypes.UNDEFINED, new byte[0]));

    private static final BigDecimal MAX_DOUBLE = new BigDecimal(Double.MAX_VALUE);

    private final byte[] bytes;

    private KeyString(byte[] bytes) {
        this.bytes = bytes;
    }

    public static KeyString of(@Nullable Object value) {
        return of(value, Collation.SIMPLE);
    }

    /** The key when strings, also those inside documents and arrays, are compared by a collation. */
    public static KeyString of(@Nullable Object value, Collation collation) {
        Writer writer = new Writer(collation);
        writer.value(value);
        return writer.toKey();
    }

    /** The first key of the values that compare with this one at all (the bracket of its type). */
    public static KeyString bracketStart(@Nullable Object value) {
        return new KeyString(new byte[] {(byte) typeByte(value)});
    }

    /** A key after every value in the bracket of this value's type. */
    public static KeyString bracketEnd(@Nullable Object value) {
        return new KeyString(new byte[] {(byte) (typeByte(value) + 1)});
    }

    private static int typeByte(@Nullable Object value) {
        return BsonOrder.canonical(BsonTypes.of(value)) + 3;
    }

    /** Both keys one after the other, for indexes over several fields. */
    public KeyString then(KeyString next) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + next.bytes.length);
        System.arraycopy(next.bytes, 0, result, bytes.length, next.bytes.length);
        return new KeyString(result);
    }

    /** The same value in the opposite order, for descending fields of an index. */
    public KeyString descending() {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) ~bytes[i];
        }
        return new KeyString(result);
    }

    /** This key followed by a number, to keep equal keys of several records apart. */
    public KeyString withRecord(long record) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + 8);
        for (int i = 0; i < 8; i++) {
            result[bytes.length + i] = (byte) (record >>> (56 - 8 * i));
        }
        return new KeyString(result);
    }

    /** A key after this one and everything that begins with it, before everything else that follows. */
    public KeyString afterPrefix() {
        byte[] result = Arrays.copyOf(bytes, bytes.length + 1);
        result[bytes.length] = (byte) 0xff;
        return new KeyString(result);
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length;
    }

    /** Appends it to a text. */
    public void appendTo(HexText text) {
        text.literal(bytes);
    }

    public String hex() {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    @Override
    public int compareTo(KeyString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "KeyString[bytes=" + bytes.length + "]";
    }

    private static final class Writer {
        private byte[] bytes = new byte[24];
        private int size;
        private final Collation collation;

        Writer(Collation collation) {
            this.collation = collation;
        }

        KeyString toKey() {
            return new KeyString(Arrays.copyOf(bytes, size));
        }

        void value(@Nullable Object value) {
            int8(typeByte(value));
            if (value == null) {
                return;
            }
            switch (BsonOrder.canonical(BsonTypes.of(value))) {
                case 10 -> number((Number) value);
                case 15 -> string(BsonOrder.text(value));
                case 20 -> document((Document) value);
                case 25 -> {
                    for (Object element : (List<?>) value) {
                        value(element);
                    }
                    int8(0);
                }
                case 30 -> {
                    byte[] data = BsonOrder.binary(value);
                    int32(data.length);
                    raw(data);
                }
                case 35 -> raw(((ObjectId) value).toByteArray());
                case 40 -> int8((Boolean) value ? 1 : 0);
                case 45 -> int64(((Instant) value).toEpochMilli() ^ Long.MIN_VALUE);
                case 47 -> int64(((BsonTimestamp) value).getValue());
                case 50 -> {
                    BsonRegularExpression regex = (BsonRegularExpression) value;
                    text(regex.getPattern());
                    text(BsonOrder.options(regex));
                }
                case 55, 65 -> {
                    for (byte b : ((OpaqueBson) value).raw()) {
                        int8(1);
                        int8(b);
                    }
                    int8(0);
                }
                case 60 -> text(((BsonJavaScript) value).getCode());
                default -> {
                    return;
                }
            }
        }

        private void document(Document document) {
            for (Map.Entry<String, Object> entry : document.entrySet()) {
                int8(typeByte(entry.getValue()));
                text(entry.getKey());
                value(entry.getValue());
            }
            int8(0);
        }

        private void string(String value) {
            if (collation.isSimple()) {
                text(value);
            } else {
                escaped(collation.key(value));
            }
        }

        private void text(String text) {
            escaped(text.getBytes(StandardCharsets.UTF_8));
        }

        private void escaped(byte[] bytesOfText) {
            for (byte b : bytesOfText) {
                if (b == 0 || b == 1) {
                    int8(1);
                    int8(b + 1);
                } else {
                    int8(b);
                }
            }
            int8(0);
        }

        private void number(Number number) {
            if (Numbers.isNaN(number)) {
                int8(0);
                return;
            }
            int8(1);
            if (number instanceof Double || number instanceof Integer || Numbers.infinity(number) != 0) {
                exactDouble(
                        Numbers.infinity(number) != 0
                                ? Numbers.infinity(number) * Double.POSITIVE_INFINITY
                                : number.doubleValue());
                int8(2);
                return;
            }
            BigDecimal exact = Numbers.exact(number);
            double nearest = exact.doubleValue();
            if (Double.isInfinite(nearest)) {
                nearest = exact.signum() * Double.MAX_VALUE;
            }
            exactDouble(nearest);
            BigDecimal rest = exact.subtract(
                    Math.abs(nearest) == Double.MAX_VALUE
                            ? (nearest > 0 ? MAX_DOUBLE : MAX_DOUBLE.negate())
                            : new BigDecimal(nearest));
            if (rest.signum() == 0) {
                int8(2);
            } else {
                rest(rest);
            }
        }

        private void rest(BigDecimal rest) {
            boolean negative = rest.signum() < 0;
            BigDecimal stripped = rest.abs().stripTrailingZeros();
            String digits = stripped.unscaledValue().toString();
            int exponent = digits.length() - stripped.scale() + 100_000;
            int flip = negative ? 0xff : 0;
            int8(negative ? 1 : 3);
            int8((exponent >>> 16) ^ flip);
            int8((exponent >>> 8) ^ flip);
            int8(exponent ^ flip);
            for (int i = 0; i < digits.length(); i++) {
                int8(digits.charAt(i) ^ flip);
            }
            int8(flip);
        }

        private void exactDouble(double value) {
            long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
            int64(bits < 0 ? ~bits : bits | Long.MIN_VALUE);
        }

        private void int64(long value) {
            int32((int) (value >>> 32));
            int32((int) value);
        }

        private void int32(int value) {
            int8(value >>> 24);
            int8(value >>> 16);
            int8(value >>> 8);
            int8(value);
        }

        private void raw(byte[] data) {
            for (byte b : data) {
                int8(b);
            }
        }

        private void int8(int value) {
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, size * 2);
            }
            bytes[size++] = (byte) value;
        }
    }
}
