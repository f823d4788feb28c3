package io.tandem.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
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
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class BsonBytesTest {
    private static final List<BsonValue> EVERY_TYPE = List.of(
            new BsonDouble(1.5),
            new BsonString("tèxt \ud83d\ude00"),
            new BsonDocument("x", new BsonDocument("y", new BsonArray(List.of(new BsonNull())))),
            new BsonArray(List.of(new BsonInt32(1), new BsonString("b"))),
            new BsonBinary((byte) 4, new byte[] {1, 2, 3}),
            new BsonBinary((byte) 2, new byte[] {1, 2, 3}),
            new BsonUndefined(),
            new BsonObjectId(new ObjectId("507f1f77bcf86cd799439011")),
            BsonBoolean.TRUE,
            new BsonDateTime(123),
            new BsonNull(),
            new BsonRegularExpression("^a.*b$", "im"),
            new BsonDbPointer("db.c", new ObjectId("507f1f77bcf86cd799439011")),
            new BsonJavaScript("return 1"),
            new BsonSymbol("s"),
            new BsonJavaScriptWithScope("return x", new BsonDocument("x", new BsonInt32(1))),
            new BsonInt32(-7),
            new BsonTimestamp(5, 6),
            new BsonInt64(Long.MIN_VALUE),
            new BsonDecimal128(Decimal128.parse("1.10")),
            new BsonMinKey(),
            new BsonMaxKey());

    @Test
    void takesOutTheFieldBehindAValueOfEveryType() {
        for (BsonValue value : EVERY_TYPE) {
            BsonDocument without = new BsonDocument("_id", new BsonInt32(1)).append("value", value);
            byte[] with = BsonBytes.with(BsonBytes.encode(without), "_sync", new BsonString("meta"));

            BsonBytes.Range range = BsonBytes.find(with, "_sync").orElseThrow();

            assertThat(new RawBsonDocument(with).getString("_sync").getValue())
                    .as("%s", value.getBsonType())
                    .isEqualTo("meta");
            assertThat(BsonBytes.without(with, range))
                    .as("%s", value.getBsonType())
                    .isEqualTo(BsonBytes.encode(without));
        }
    }

    @Test
    void decodesFieldsOfEveryTypeAsTheDriverDoes() {
        BsonDocument whole = new BsonDocument();
        EVERY_TYPE.forEach(value -> whole.append("f" + whole.size(), value));
        byte[] bytes = BsonBytes.encode(whole);
        byte[] larger = new byte[bytes.length + 20];
        System.arraycopy(bytes, 0, larger, 7, bytes.length);

        assertThat(BsonBytes.fields(new RawBsonDocument(bytes))).isEqualTo(whole);
        assertThat(BsonBytes.fields(new RawBsonDocument(larger, 7, bytes.length)))
                .isEqualTo(whole);
        assertThat(whole)
                .allSatisfy((name, value) -> assertThat(BsonBytes.value(
                                bytes, BsonBytes.find(bytes, name).orElseThrow()))
                        .isEqualTo(value));
    }

    @Test
    void decodesTheFirstOfSeveralFieldsOfOneName() {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.writeStartDocument();
            writer.writeInt32("a", 1);
            writer.writeInt32("a", 2);
            writer.writeEndDocument();
        }
        RawBsonDocument twice = new RawBsonDocument(buffer.toByteArray());

        assertThat(BsonBytes.fields(twice)).isEqualTo(new BsonDocument("a", new BsonInt32(1)));
        assertThat(BsonBytes.fields(twice).get("a")).isEqualTo(twice.get("a"));
    }

    @Test
    void takesOutTheFieldInTheMiddle() {
        BsonDocument whole = new BsonDocument("a", new BsonInt32(1));
        EVERY_TYPE.forEach(value -> whole.append("before" + value.getBsonType() + whole.size(), value));
        BsonDocument expected = whole.clone();
        whole.append("_sync", new BsonDocument("deep", new BsonArray(List.of(new BsonInt32(1)))));
        EVERY_TYPE.forEach(value -> {
            whole.append("after" + value.getBsonType() + whole.size(), value);
        });
        for (Map.Entry<String, BsonValue> field : whole.entrySet()) {
            if (field.getKey().startsWith("after")) {
                expected.append(field.getKey(), field.getValue());
            }
        }
        byte[] bytes = BsonBytes.encode(whole);

        byte[] result = BsonBytes.without(bytes, BsonBytes.find(bytes, "_sync").orElseThrow());

        assertThat(result).isEqualTo(BsonBytes.encode(expected));
    }

    @Test
    void findsOnlyTopLevelFieldsOfExactlyThatName() {
        BsonDocument document = new BsonDocument("_syncs", new BsonInt32(1))
                .append("_syn", new BsonInt32(2))
                .append("nested", new BsonDocument("_sync", new BsonInt32(3)))
                .append("text", new BsonString("_sync"));

        assertThat(BsonBytes.find(BsonBytes.encode(document), "_sync")).isEmpty();
    }

    @Test
    void keepsFieldsOfOneNameByteByByte() {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.writeStartDocument();
            writer.writeInt32("a", 1);
            writer.writeInt32("a", 2);
            writer.writeInt32("_sync", 9);
            writer.writeInt32("a", 3);
            writer.writeEndDocument();
        }
        Doc doc = Doc.of(new RawBsonDocument(buffer.toByteArray()));

        assertThat(doc.content().toString()).doesNotContain("_sync");
        assertThat(BsonBytes.of(doc.content())).hasSize(buffer.toByteArray().length - 11);
        assertThat(BsonBytes.of(doc.stored())).isEqualTo(buffer.toByteArray());
    }

    @Test
    void detachesADocumentFromALargerArray() {
        byte[] inner = BsonBytes.encode(new BsonDocument("a", new BsonInt32(1)));
        byte[] larger = new byte[inner.length + 20];
        System.arraycopy(inner, 0, larger, 7, inner.length);

        assertThat(BsonBytes.of(new RawBsonDocument(larger, 7, inner.length))).isEqualTo(inner);
    }

    @Test
    void refusesWhatIsNoBson() {
        byte[] bytes = BsonBytes.encode(new BsonDocument("a", new BsonInt32(1)));
        bytes[4] = 0x55;

        assertThatThrownBy(() -> BsonBytes.find(bytes, "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown element type");
    }

    @Test
    void looksAtEveryElementOfEveryTypeWithoutDecoding() {
        BsonDocument document = new BsonDocument();
        EVERY_TYPE.forEach(value -> document.append("f" + document.size(), value));
        byte[] bytes = BsonBytes.encode(document);
        List<Byte> types = new ArrayList<>();
        BsonBytes.anyElement(bytes, (type, name, value) -> {
            assertThat(new String(bytes, name, value - 1 - name, StandardCharsets.UTF_8))
                    .isEqualTo("f" + types.size());
            types.add(type);
            return false;
        });
        assertThat(types)
                .isEqualTo(EVERY_TYPE.stream()
                        .map(value -> (byte) value.getBsonType().getValue())
                        .toList());
    }

    @Test
    void findsWhatIsNestedOnlyWhenLookingWithin() {
        byte[] bytes = BsonBytes.encode(
                new BsonDocument("a", new BsonArray(List.of(new BsonDocument("b", new BsonInt64(1))))));
        assertThat(BsonBytes.anyElement(bytes, (type, name, value) -> type == 0x12))
                .isFalse();
        assertThat(BsonBytes.anyElementWithin(bytes, (type, name, value) -> type == 0x12))
                .isTrue();
        assertThat(BsonBytes.anyElementWithin(bytes, (type, name, value) -> type == 0x01))
                .isFalse();
    }
}
