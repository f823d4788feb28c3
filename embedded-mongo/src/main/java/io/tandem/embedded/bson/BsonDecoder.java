package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads one document. One thread, used once. */
public final class BsonDecoder {
    /** Deepest nesting that is read at all; what may be stored is less. */
    public static final int MAX_DEPTH = 200;

    private final byte[] bytes;
    private final ByteBuffer buffer;

    BsonDecoder(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(offset);
    }

    /** Decodes a complete document. */
    public static Document decode(byte[] bytes) {
        return decode(bytes, 0);
    }

    /** Decodes the document that starts at the offset. */
    public static Document decode(byte[] bytes, int offset) {
        try {
            return new BsonDecoder(bytes, offset).document(1);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BsonFormatException("the bytes end before the document does");
        }
    }

    private Document document(int depth) {
        if (depth > MAX_DEPTH) {
            throw new BsonFormatException("a document may have at most " + MAX_DEPTH + " levels", true);
        }
        int end = end();
        Document document = new Document();
        for (byte type = buffer.get(); type != 0; type = buffer.get()) {
            String name = cString();
            document.put(name, value(type, depth));
        }
        requireEnd(end);
        return document;
    }

    private List<@Nullable Object> array(int depth) {
        if (depth > MAX_DEPTH) {
            throw new BsonFormatException("a document may have at most " + MAX_DEPTH + " levels", true);
        }
        int end = end();
        List<@Nullable Object> array = new ArrayList<>();
        for (byte type = buffer.get(); type != 0; type = buffer.get()) {
            skipCString();
            array.add(value(type, depth));
        }
        requireEnd(end);
        return array;
    }

    private int end() {
        int start = buffer.position();
        int size = buffer.getInt();
        if (size < 5 || start + size > bytes.length || start + size < 0) {
            throw new BsonFormatException("a document cannot have " + size + " bytes here");
        }
        return start + size;
    }

    private void requireEnd(int end) {
        if (buffer.position() != end) {
            throw new BsonFormatException(
                    "a document says it ends at byte " + end + " but ends at " + buffer.position());
        }
    }

    @Nullable
    Object value(byte type, int depth) {
        return switch (type) {
            case BsonTypes.DOUBLE -> buffer.getDouble();
            case BsonTypes.STRING -> string();
            case BsonTypes.DOCUMENT -> document(depth + 1);
            case BsonTypes.ARRAY -> array(depth + 1);
            case BsonTypes.BINARY -> binary();
            case BsonTypes.OBJECT_ID -> new ObjectId(take(12));
            case BsonTypes.BOOLEAN -> buffer.get() != 0;
            case BsonTypes.DATE -> Instant.ofEpochMilli(buffer.getLong());
            case BsonTypes.NULL -> null;
            case BsonTypes.REGEX -> new BsonRegularExpression(cString(), cString());
            case BsonTypes.JAVASCRIPT -> new BsonJavaScript(string());
            case BsonTypes.INT32 -> buffer.getInt();
            case BsonTypes.TIMESTAMP -> new BsonTimestamp(buffer.getLong());
            case BsonTypes.INT64 -> buffer.getLong();
            case BsonTypes.DECIMAL128 -> new Decimal128(buffer.getLong(), buffer.getLong());
            case BsonTypes.MIN_KEY -> MinKey.getInstance();
            case BsonTypes.MAX_KEY -> MaxKey.getInstance();
            case BsonTypes.UNDEFINED -> new OpaqueBson(type, new byte[0]);
            case BsonTypes.SYMBOL -> new OpaqueBson(type, take(4 + peekLength()));
            case BsonTypes.DB_POINTER -> new OpaqueBson(type, take(4 + peekLength() + 12));
            case BsonTypes.CODE_WITH_SCOPE -> new OpaqueBson(type, take(peekLength()));
            default -> throw new BsonFormatException("unknown BSON type " + type);
        };
    }

    private int peekLength() {
        int length = buffer.getInt(buffer.position());
        if (length < 0 || length > buffer.remaining()) {
            throw new BsonFormatException("a value cannot have " + length + " bytes here");
        }
        return length;
    }

    private byte[] take(int count) {
        byte[] result = Arrays.copyOfRange(bytes, buffer.position(), buffer.position() + count);
        buffer.position(buffer.position() + count);
        return result;
    }

    private Object binary() {
        int length = peekLength();
        byte subtype = buffer.get(buffer.position() + 4);
        if (subtype == 0) {
            buffer.position(buffer.position() + 5);
            return new BinData(take(length));
        } else if (subtype == 4 && length == 16) {
            ByteBuffer big = ByteBuffer.wrap(bytes, buffer.position() + 5, 16);
            buffer.position(buffer.position() + 21);
            return new UUID(big.getLong(), big.getLong());
        }
        return new OpaqueBson(BsonTypes.BINARY, take(5 + length));
    }

    private String string() {
        int length = buffer.getInt();
        if (length < 1 || length > buffer.remaining()) {
            throw new BsonFormatException("a string cannot have " + length + " bytes here");
        }
        String value = new String(bytes, buffer.position(), length - 1, StandardCharsets.UTF_8);
        buffer.position(buffer.position() + length);
        return value;
    }

    private String cString() {
        int start = buffer.position();
        skipCString();
        return new String(bytes, start, buffer.position() - start - 1, StandardCharsets.UTF_8);
    }

    private void skipCString() {
        int position = buffer.position();
        while (bytes[position] != 0) {
            position++;
        }
        buffer.position(position + 1);
    }
}
