package io.tandem.embedded.bson;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A whole document that is already bytes, to be copied into a reply without being decoded. Any thread; the bytes must not
 * be changed.
 *
 * @param bytes a complete BSON document
 */
@SuppressWarnings("ArrayRecordComponent")
public record RawBson(byte[] bytes) {

    /** Decodes one top-level field without decoding the rest; null when the field is absent (or is null). */
    public static @Nullable Object field(byte[] document, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.wrap(document).order(ByteOrder.LITTLE_ENDIAN);
        int position = 4;
        while (document[position] != 0) {
            byte type = document[position++];
            int nameStart = position;
            while (document[position] != 0) {
                position++;
            }
            boolean found = position - nameStart == wanted.length
                    && java.util.Arrays.equals(document, nameStart, position, wanted, 0, wanted.length);
            position++;
            if (found) {
                return new BsonDecoder(document, position).value(type, 0);
            }
            position += valueSize(buffer, type, position);
        }
        return null;
    }

    private static int valueSize(ByteBuffer buffer, byte type, int position) {
        return switch (type) {
            case BsonTypes.DOUBLE, BsonTypes.DATE, BsonTypes.TIMESTAMP, BsonTypes.INT64 -> 8;
            case BsonTypes.STRING, BsonTypes.JAVASCRIPT, BsonTypes.SYMBOL -> 4 + buffer.getInt(position);
            case BsonTypes.DOCUMENT, BsonTypes.ARRAY, BsonTypes.CODE_WITH_SCOPE -> buffer.getInt(position);
            case BsonTypes.BINARY -> 5 + buffer.getInt(position);
            case BsonTypes.UNDEFINED, BsonTypes.NULL, BsonTypes.MIN_KEY, BsonTypes.MAX_KEY -> 0;
            case BsonTypes.OBJECT_ID -> 12;
            case BsonTypes.BOOLEAN -> 1;
            case BsonTypes.REGEX -> {
                int end = zero(buffer, position) + 1;
                yield zero(buffer, end) + 1 - position;
            }
            case BsonTypes.DB_POINTER -> 4 + buffer.getInt(position) + 12;
            case BsonTypes.INT32 -> 4;
            case BsonTypes.DECIMAL128 -> 16;
            default -> throw new BsonFormatException("unknown BSON type " + type);
        };
    }

    private static int zero(ByteBuffer buffer, int from) {
        int position = from;
        while (buffer.get(position) != 0) {
            position++;
        }
        return position;
    }

    @Override
    public String toString() {
        return "RawBson[bytes=" + bytes.length + "]";
    }
}
