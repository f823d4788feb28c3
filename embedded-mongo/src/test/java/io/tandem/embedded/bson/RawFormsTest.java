package io.tandem.embedded.bson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is read from bytes without decoding them is what decoding would have said. */
class RawFormsTest {
    private static final Document EVERY_TYPE = new Document("_id", new Document("a", 1).append("b", List.of(1, 2)))
            .append("double", 1.5)
            .append("text", "t\u00e9xt \0 \ud83d\ude00")
            .append("document", new Document("x", new Document("y", "z")))
            .append("array", List.of(1, "two", new Document("three", 3), List.of()))
            .append("binary", new BinData(new byte[] {1, 2, 3}))
            .append("uuid", new UUID(1, 2))
            .append("otherBinary", new OpaqueBson(BsonTypes.BINARY, new byte[] {1, 0, 0, 0, 6, 9}))
            .append("undefined", new OpaqueBson(BsonTypes.UNDEFINED, new byte[0]))
            .append("objectId", new ObjectId())
            .append("yes", true)
            .append("date", Instant.ofEpochMilli(-1))
            .append("null", null)
            .append("regex", new BsonRegularExpression("^a", "i"))
            .append("pointer", new OpaqueBson(BsonTypes.DB_POINTER, pointer()))
            .append("code", new BsonJavaScript("return"))
            .append("symbol", new OpaqueBson(BsonTypes.SYMBOL, new byte[] {2, 0, 0, 0, 's', 0}))
            .append("scoped", new OpaqueBson(BsonTypes.CODE_WITH_SCOPE, scoped()))
            .append("int", Integer.MIN_VALUE)
            .append("timestamp", new BsonTimestamp(7))
            .append("long", Long.MAX_VALUE)
            .append("decimal", new Decimal128(1, 2))
            .append("min", MinKey.getInstance())
            .append("max", MaxKey.getInstance())
            .append("", "no name")
            .append("\u00fc\u4e2d", "not ASCII")
            .append("a name that is longer than those that are remembered", 1);

    private static byte[] pointer() {
        byte[] bytes = new byte[4 + 2 + 12];
        bytes[0] = 2;
        bytes[4] = 'p';
        return bytes;
    }

    private static byte[] scoped() {
        return new byte[] {15, 0, 0, 0, 2, 0, 0, 0, 'c', 0, 5, 0, 0, 0, 0};
    }

    @Test
    void encodingAndDecodingGiveTheSameBytes() {
        byte[] bytes = BsonEncoder.encode(EVERY_TYPE);
        for (int i = 0; i < 3; i++) { // the second time all names are known
            assertThat(BsonEncoder.encode(BsonDecoder.decode(bytes))).isEqualTo(bytes);
        }
        assertThat(BsonEncoder.sizeOf(EVERY_TYPE)).isEqualTo(bytes.length);
    }

    @Test
    void fieldsAreThoseOfTheDecodedDocument() {
        byte[] bytes = BsonEncoder.encode(EVERY_TYPE);
        Document decoded = BsonDecoder.decode(bytes);
        Map<String, Object> seen = new LinkedHashMap<>();
        RawFields fields = new RawFields(bytes);
        while (fields.next()) {
            seen.put(fields.name(), fields.value());
            assertThat(BsonTypes.of(fields.value())).isEqualTo(fields.type());
        }
        assertThat(seen.keySet()).containsExactlyElementsOf(decoded.keySet());
        seen.forEach((name, value) -> {
            assertThat(BsonEncoder.encode(new Document("v", value)))
                    .isEqualTo(BsonEncoder.encode(new Document("v", decoded.get(name))));
            assertThat(BsonOrder.equal(RawBson.field(bytes, name), value)).isTrue();
        });
        assertThat(RawBson.field(bytes, "absent")).isNull();
        assertThat(RawBson.onlyId(bytes)).isEqualTo(BsonEncoder.encode(new Document("_id", EVERY_TYPE.get("_id"))));
    }

    @Test
    void aKeptFieldStaysInBytes() {
        byte[] bytes = BsonEncoder.encode(EVERY_TYPE);
        Document decoded = BsonDecoder.decodeExcept(bytes, "document");

        assertThat(decoded.get("document")).isInstanceOf(RawBson.class);
        assertThat(BsonEncoder.encode(decoded)).isEqualTo(bytes);
        assertThat(BsonDecoder.decodeExcept(bytes, "array").get("array")).isInstanceOf(List.class);
        assertThat(BsonDecoder.decodeExcept(bytes, "x").get("document")).isInstanceOf(Document.class);
    }

    @Test
    void theCheckCountsLevels() {
        assertThat(BsonCheck.depth(BsonEncoder.encode(new Document()))).isEqualTo(1);
        assertThat(BsonCheck.depth(BsonEncoder.encode(EVERY_TYPE))).isEqualTo(3);
        assertThatCode(() -> BsonCheck.depth(nested(BsonDecoder.MAX_DEPTH))).doesNotThrowAnyException();
        byte[] tooDeep = nested(BsonDecoder.MAX_DEPTH + 1);
        assertThatThrownBy(() -> BsonCheck.depth(tooDeep)).isInstanceOf(BsonFormatException.class);
        assertThatThrownBy(() -> BsonDecoder.decode(tooDeep)).isInstanceOf(BsonFormatException.class);
    }

    private static byte[] nested(int levels) {
        Document document = new Document();
        for (int i = 1; i < levels; i++) {
            document = new Document("d", document);
        }
        return BsonEncoder.encode(document);
    }

    @Test
    void theCheckRefusesWhatCannotBeDecoded() {
        byte[] good = BsonEncoder.encode(EVERY_TYPE);
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i < good.length ? Arrays.copyOf(good, i) : good.clone();
            if (i >= good.length) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            boolean decodable = succeeds(() -> BsonDecoder.decode(bytes));
            assertThat(succeeds(() -> BsonCheck.depth(bytes)))
                    .as("%s", Arrays.toString(bytes))
                    .isEqualTo(decodable);
            refused += decodable ? 0 : 1;
        }
        assertThat(refused).isBetween(1_000, 19_000);
    }

    private static boolean succeeds(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (BsonFormatException e) {
            return false;
        }
    }

    @Test
    void hexTextIsThatOfTheBytes() {
        HexText text = new HexText(1).int8(0x0f).int64(-2).literal(new byte[] {(byte) 0xab});
        assertThat(text.toString()).isEqualTo("0FFFFFFFFFFFFFFFFEAB");
        KeyString key = KeyString.of("key");
        HexText ofKey = new HexText(key.length());
        key.appendTo(ofKey);
        assertThat(ofKey.toString()).isEqualTo(key.hex());
    }
}
