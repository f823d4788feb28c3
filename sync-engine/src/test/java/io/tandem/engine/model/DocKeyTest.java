package io.tandem.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocKeyTest {
    private static final int MANY = 100_000;

    private static IntFunction<BsonValue> ids(String kind) {
        return switch (kind) {
            case "int32" -> BsonInt32::new;
            case "int64" -> number -> new BsonInt64((long) number << 20);
            case "text" -> number -> new BsonString("order-" + number);
            case "objectId" -> number -> new BsonObjectId(new ObjectId(1_700_000_000, number));
            case "document" ->
                number -> new BsonDocument("shop", new BsonInt32(number % 7)).append("n", new BsonInt32(number / 7));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"int32", "int64", "text", "objectId", "document"})
    void consecutiveIdsHaveDifferentHashCodes(String kind) {
        IntFunction<BsonValue> ids = ids(kind);
        Set<Integer> codes = new HashSet<>();
        for (int number = 0; number < MANY; number++) {
            codes.add(DocKey.of("orders", ids.apply(number)).hashCode());
        }

        // Among 100,000 random numbers of 32 bits about one pair is equal.
        assertThat(codes.size()).isGreaterThan(MANY - 20);
    }

    @Test
    void whatAServerCallsTheSameDocumentIsOneKey() {
        assertThat(Set.of(DocKey.of("orders", new BsonInt32(5))))
                .contains(
                        DocKey.of("orders", new BsonInt64(5)),
                        DocKey.of("orders", new BsonDouble(5)),
                        DocKey.of("orders", new BsonDecimal128(new Decimal128(new BigDecimal("5.00")))));
        assertThat(DocKey.of("orders", new BsonSymbol("a"))).isEqualTo(DocKey.of("orders", new BsonString("a")));
    }

    @Test
    void anotherCollectionOrAnotherTypeIsAnotherKey() {
        assertThat(DocKey.of("orders", new BsonInt32(5)))
                .isNotEqualTo(DocKey.of("orders2", new BsonInt32(5)))
                .isNotEqualTo(DocKey.of("orders", new BsonString("5")));
    }
}
