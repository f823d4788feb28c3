package io.tandem.contract.port;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Documents and ids that tests write. */
final class Samples {
    /** One {@code _id} of every type that servers accept, in the server's order. */
    static final List<BsonValue> IDS = List.of(
            BsonNull.VALUE,
            new BsonDouble(-1.5),
            new BsonInt32(0),
            new BsonDecimal128(Decimal128.parse("1.25")),
            new BsonInt32(2),
            new BsonInt64(5_000_000_000L),
            new BsonString(""),
            new BsonString("A"),
            new BsonString("a"),
            new BsonString("ä"),
            new BsonDocument("a", new BsonInt32(1)),
            new BsonDocument("a", new BsonInt32(1)).append("b", new BsonInt32(1)),
            new BsonDocument("b", new BsonInt32(1)).append("a", new BsonInt32(1)),
            new BsonBinary(new byte[] {1}),
            new BsonBinary((byte) 3, new byte[16]),
            new BsonBinary((byte) 4, new byte[16]),
            new BsonObjectId(new ObjectId("5f0000000000000000000001")),
            new BsonObjectId(new ObjectId("5f0000000000000000000002")),
            BsonBoolean.FALSE,
            BsonBoolean.TRUE,
            new BsonDateTime(-1),
            new BsonDateTime(1_600_000_000_000L),
            new BsonTimestamp(1_600_000_000, 1));

    private Samples() {}

    static BsonValue id(int number) {
        return new BsonInt32(number);
    }

    static DocKey key(String collection, int number) {
        return DocKey.of(collection, id(number));
    }

    static BsonDocument document(BsonValue id, String text) {
        return new BsonDocument("_id", id).append("text", new BsonString(text));
    }

    static BsonDocument document(int id, String text) {
        return document(id(id), text);
    }

    static Doc doc(BsonDocument document) {
        return Doc.of(document);
    }

    static RawBsonDocument raw(BsonDocument document) {
        return BsonBytes.raw(document);
    }

    /** A document of about so many bytes. */
    static BsonDocument large(int id, int bytes, char filling) {
        return document(id, String.valueOf(filling).repeat(bytes));
    }

    /** {@code {_id: <id>, twin: 1, twin: 2}}, which only bytes can say. */
    static RawBsonDocument withTwins(int id) {
        byte[] bytes = BsonBytes.encode(
                new BsonDocument("_id", id(id)).append("twin", new BsonInt32(1)).append("twix", new BsonInt32(2)));
        String name = "twix";
        byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length - wanted.length; i++) {
            if (new String(bytes, i, wanted.length, StandardCharsets.US_ASCII).equals(name)) {
                bytes[i + 3] = 'n';
            }
        }
        return new RawBsonDocument(bytes);
    }

    static BsonValue idOf(BsonDocument document) {
        return Objects.requireNonNull(document.get("_id"));
    }
}
