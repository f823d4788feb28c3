package io.tandem.embedded.bson;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyStringTest {
    /** In the server's order; values on one line are equal. */
    private static final Object[][] ORDERED = {
        {MinKey.getInstance()},
        {new OpaqueBson(BsonTypes.UNDEFINED, new byte[0])},
        {null},
        {Double.NaN, Decimal128.NaN},
        {Double.NEGATIVE_INFINITY, Decimal128.NEGATIVE_INFINITY},
        {new Decimal128(new BigDecimal("-1E+6000"))},
        {-Double.MAX_VALUE},
        {Long.MIN_VALUE},
        {-9007199254740993L},
        {-9007199254740992L, -9007199254740992.0},
        {-1, -1L, -1.0, new Decimal128(new BigDecimal("-1.00"))},
        {new Decimal128(new BigDecimal("-1E-6000"))},
        {0, 0L, 0.0, -0.0, Decimal128.POSITIVE_ZERO, Decimal128.NEGATIVE_ZERO},
        {new Decimal128(new BigDecimal("1E-6000"))},
        {Double.MIN_VALUE},
        {new Decimal128(new BigDecimal("0.1"))},
        {0.1},
        {1, 1.0, new Decimal128(new BigDecimal("1.0"))},
        {2.5, new Decimal128(new BigDecimal("2.50"))},
        {9007199254740992L, 9007199254740992.0},
        {9007199254740993L, new Decimal128(new BigDecimal("9007199254740993"))},
        {9007199254740994L, 9007199254740994.0},
        {Long.MAX_VALUE},
        {9223372036854775808.0},
        {Double.MAX_VALUE},
        {new Decimal128(new BigDecimal("1E+6000"))},
        {Double.POSITIVE_INFINITY, Decimal128.POSITIVE_INFINITY},
        {""},
        {"\0"},
        {"\0a"},
        {"\u0001"},
        {"a"},
        {"a\0"},
        {"aa"},
        {"b"},
        {"\uffee"},
        {"\ud83d\ude00"},
        {new Document()},
        {new Document("a", 1), new Document("a", 1L)},
        {new Document("a", 1).append("b", 1)},
        {new Document("a", 2)},
        {new Document("b", 1)},
        {new Document("a", "x")},
        {List.of()},
        {List.of(1)},
        {List.of(1, 1)},
        {List.of(2)},
        {new BinData(new byte[] {2})},
        {new OpaqueBson((byte) 5, new byte[] {1, 0, 0, 0, (byte) 0x80, 1})},
        {new BinData(new byte[] {0, 0})},
        {new UUID(1, 2)},
        {new UUID(-1, 2)},
        {new ObjectId("000000000000000000000001")},
        {new ObjectId("ff0000000000000000000001")},
        {false},
        {true},
        {Instant.ofEpochMilli(-5)},
        {Instant.ofEpochMilli(5)},
        {new BsonTimestamp(5)},
        {new BsonTimestamp(-5)},
        {new BsonRegularExpression("a", "i")},
        {new BsonRegularExpression("b", "")},
        {new BsonJavaScript("x")},
        {MaxKey.getInstance()},
    };

    @Test
    void hasTheOrderAndTheEqualityOfTheServer() {
        for (int i = 0; i < ORDERED.length; i++) {
            for (int j = 0; j < ORDERED.length; j++) {
                for (Object a : ORDERED[i]) {
                    for (Object b : ORDERED[j]) {
                        int expected = Integer.compare(i, j);
                        assertThat(Integer.signum(BsonOrder.compare(a, b)))
                                .as("order of %s (%d) and %s (%d)", a, i, b, j)
                                .isEqualTo(expected);
                        assertThat(Integer.signum(KeyString.of(a).compareTo(KeyString.of(b))))
                                .as("key order of %s (%d) and %s (%d)", a, i, b, j)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void bracketsHoldTheValuesOfTheirTypeAndNoOthers() {
        for (Object[] group : ORDERED) {
            for (Object[] other : ORDERED) {
                KeyString key = KeyString.of(other[0]);
                boolean inside = key.compareTo(KeyString.bracketStart(group[0])) >= 0
                        && key.compareTo(KeyString.bracketEnd(group[0])) < 0;
                assertThat(inside)
                        .as("%s in the bracket of %s", other[0], group[0])
                        .isEqualTo(BsonOrder.canonical(BsonTypes.of(group[0]))
                                == BsonOrder.canonical(BsonTypes.of(other[0])));
            }
        }
    }

    @Test
    void readsBackWhatItWrote() {
        Document document = new Document();
        List<Object> all = new ArrayList<>();
        for (Object[] group : ORDERED) {
            all.addAll(Arrays.asList(group));
        }
        document.put("all", all);
        byte[] bytes = BsonEncoder.encode(document);

        Document back = BsonDecoder.decode(bytes);

        assertThat(BsonEncoder.encode(back)).isEqualTo(bytes);
        assertThat(BsonEncoder.encode(new Document("all", RawBson.field(bytes, "all"))))
                .isEqualTo(bytes);
        assertThat(RawBson.field(bytes, "none")).isNull();
    }
}
