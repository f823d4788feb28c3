package io.tandem.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** Rows are in the server's order; values within a row are one and the same to it. */
class BsonOrderTest {
    private static final ObjectId LOW = new ObjectId("000000000000000000000001");
    private static final ObjectId HIGH = new ObjectId("ff0000000000000000000001");

    private static final List<List<BsonValue>> ROWS = List.of(
            List.of(new BsonMinKey()),
            List.of(new BsonUndefined()),
            List.of(new BsonNull()),
            List.of(new BsonDouble(Double.NaN), decimal("NaN")),
            List.of(new BsonDouble(Double.NEGATIVE_INFINITY), decimal("-Infinity")),
            List.of(new BsonInt64(Long.MIN_VALUE), new BsonDouble(-0x1p63), decimal("-9223372036854775808")),
            List.of(new BsonInt64(Long.MIN_VALUE + 1)),
            List.of(new BsonDouble(-1.5), decimal("-1.5"), decimal("-1.50")),
            List.of(
                    new BsonInt32(0),
                    new BsonInt64(0),
                    new BsonDouble(0.0),
                    new BsonDouble(-0.0),
                    decimal("0"),
                    decimal("-0"),
                    decimal("0E+3")),
            List.of(decimal("0.1")),
            List.of(new BsonDouble(0.1)), // the nearest double is a little more than a tenth
            List.of(
                    new BsonInt32(1),
                    new BsonInt64(1),
                    new BsonDouble(1),
                    decimal("1"),
                    decimal("1.0"),
                    decimal("1E+0")),
            List.of(new BsonInt64(1L << 53), new BsonDouble(0x1p53)),
            List.of(new BsonInt64((1L << 53) + 1)), // not a double
            List.of(new BsonInt64(1_000_000_000_000_000_000L), decimal("1E+18")),
            List.of(new BsonInt64(Long.MAX_VALUE), decimal("9223372036854775807")),
            List.of(new BsonDouble(0x1p63), decimal("9223372036854775808")),
            List.of(decimal("1E+6144")),
            List.of(new BsonDouble(Double.POSITIVE_INFINITY), decimal("Infinity")),
            List.of(new BsonString(""), new BsonSymbol("")),
            List.of(new BsonString("\0")),
            List.of(new BsonString("A")),
            List.of(new BsonString("a"), new BsonSymbol("a")),
            List.of(new BsonString("aa")),
            List.of(new BsonString("\u00e9")),
            List.of(new BsonString("\uffee")),
            List.of(new BsonString("\ud83d\ude00")), // a code point above all 16-bit ones
            List.of(new BsonDocument()),
            List.of(doc("a", new BsonInt32(1)), doc("a", new BsonDouble(1))),
            List.of(doc("a", new BsonInt32(1)).append("b", new BsonNull())),
            List.of(doc("a", new BsonInt32(2))),
            List.of(doc("b", new BsonInt32(0))),
            List.of(doc("a", new BsonString("x"))), // by type before by name
            List.of(new BsonArray()),
            List.of(array(1)),
            List.of(array(1, 1)),
            List.of(array(2)),
            List.of(new BsonBinary(new byte[0])),
            List.of(binary(0, 9)),
            List.of(binary(5, 1)),
            List.of(binary(0, 0, 0)),
            List.of(binary(0, 0, -1)), // unsigned
            List.of(new BsonObjectId(LOW)),
            List.of(new BsonObjectId(HIGH)),
            List.of(BsonBoolean.FALSE),
            List.of(BsonBoolean.TRUE),
            List.of(new BsonDateTime(-1)),
            List.of(new BsonDateTime(0)),
            List.of(new BsonTimestamp(0, 1)),
            List.of(new BsonTimestamp(1, 0)),
            List.of(new BsonTimestamp(-1, 0)), // unsigned
            List.of(new BsonRegularExpression("a")),
            List.of(new BsonRegularExpression("a", "i")),
            List.of(new BsonRegularExpression("b")),
            List.of(new BsonDbPointer("a", LOW)),
            List.of(new BsonDbPointer("a", HIGH)),
            List.of(new BsonJavaScript("f")),
            List.of(new BsonJavaScriptWithScope("f", new BsonDocument())),
            List.of(new BsonJavaScriptWithScope("f", doc("a", new BsonInt32(1)))),
            List.of(new BsonMaxKey()));

    private static BsonDecimal128 decimal(String text) {
        return new BsonDecimal128(Decimal128.parse(text));
    }

    private static BsonDocument doc(String name, BsonValue value) {
        return new BsonDocument(name, value);
    }

    private static BsonArray array(int... elements) {
        BsonArray array = new BsonArray();
        for (int element : elements) {
            array.add(new BsonInt32(element));
        }
        return array;
    }

    private static BsonBinary binary(int type, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return new BsonBinary((byte) type, data);
    }

    @Test
    void sortsEveryTypeAsTheServerDoes() {
        for (int i = 0; i < ROWS.size(); i++) {
            for (int j = 0; j < ROWS.size(); j++) {
                for (BsonValue a : ROWS.get(i)) {
                    for (BsonValue b : ROWS.get(j)) {
                        assertThat(Integer.signum(BsonOrder.INSTANCE.compare(a, b)))
                                .as("%s against %s", a, b)
                                .isEqualTo(Integer.compare(i, j));
                    }
                }
            }
        }
    }

    @Test
    void callsKeysEqualExactlyWhenTheyCompareAsEqual() {
        for (List<BsonValue> row : ROWS) {
            for (List<BsonValue> other : ROWS) {
                for (BsonValue a : row) {
                    for (BsonValue b : other) {
                        DocKey x = DocKey.of("c", a);
                        DocKey y = DocKey.of("c", b);
                        assertThat(x.equals(y)).as("%s against %s", a, b).isEqualTo(row == other);
                        assertThat(x.hashCode() == y.hashCode() || row != other)
                                .as("hash codes of %s and %s", a, b)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void agreesWithKeyEqualityOnRandomNestedValues() {
        long seed = Long.getLong("seed", 20_261_122L);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            BsonValue a = random(random, 3);
            BsonValue b = random.nextInt(3) == 0 ? retyped(a, random) : random(random, 3);
            boolean equal = BsonOrder.INSTANCE.compare(a, b) == 0;
            assertThat(DocKey.of("c", a).equals(DocKey.of("c", b)))
                    .as("seed %s: %s against %s", seed, a, b)
                    .isEqualTo(equal);
            assertThat(Integer.signum(BsonOrder.INSTANCE.compare(b, a)))
                    .as("seed %s: %s against %s", seed, b, a)
                    .isEqualTo(-Integer.signum(BsonOrder.INSTANCE.compare(a, b)));
        }
    }

    @Test
    void isTransitive() {
        long seed = Long.getLong("seed", 20_261_122L);
        SplittableRandom random = new SplittableRandom(seed);
        List<BsonValue> values = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            values.add(random(random, 2));
        }
        values.sort(BsonOrder.INSTANCE);
        for (int i = 0; i < values.size(); i++) {
            for (int j = i; j < values.size(); j++) {
                assertThat(BsonOrder.INSTANCE.compare(values.get(i), values.get(j)))
                        .as("seed %s: %s before %s", seed, values.get(i), values.get(j))
                        .isLessThanOrEqualTo(0);
            }
        }
    }

    private static BsonValue random(SplittableRandom random, int depth) {
        int kind = random.nextInt(depth > 0 ? 7 : 5);
        return switch (kind) {
            case 0 -> new BsonInt32(random.nextInt(3));
            case 1 -> new BsonDouble(random.nextInt(5) / 2.0);
            case 2 -> decimal(random.nextInt(3) + (random.nextBoolean() ? ".0" : ""));
            case 3 -> new BsonString("s" + random.nextInt(2));
            case 4 -> ROWS.get(random.nextInt(ROWS.size())).get(0);
            case 5 -> {
                BsonDocument document = new BsonDocument();
                for (int i = random.nextInt(3); i > 0; i--) {
                    document.append("f" + random.nextInt(2), random(random, depth - 1));
                }
                yield document;
            }
            default -> {
                BsonArray array = new BsonArray();
                for (int i = random.nextInt(3); i > 0; i--) {
                    array.add(random(random, depth - 1));
                }
                yield array;
            }
        };
    }

    /** The same value with other number types in it. */
    private static BsonValue retyped(BsonValue value, SplittableRandom random) {
        if (value instanceof BsonInt32 number) {
            return random.nextBoolean()
                    ? new BsonInt64(number.getValue())
                    : decimal(number.getValue() + (random.nextBoolean() ? ".00" : ""));
        }
        if (value instanceof BsonString text) {
            return new BsonSymbol(text.getValue());
        }
        if (value instanceof BsonDocument document) {
            BsonDocument copy = new BsonDocument();
            document.forEach((name, element) -> copy.append(name, retyped(element, random)));
            return copy;
        }
        if (value instanceof BsonArray array) {
            BsonArray copy = new BsonArray();
            array.forEach(element -> copy.add(retyped(element, random)));
            return copy;
        }
        return value;
    }
}
