package io.tandem.embedded.bson;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Walks over the fields of a document in bytes and decodes only what is asked for. One thread. The bytes have been checked before. */
public final class RawFields {
    private final byte[] bytes;
    private byte type;
    private int nameStart;
    private int valueStart;
    private int next;

    /** Stands before the first field. */
    public RawFields(byte[] document) {
        this(document, 0);
    }

    /** Stands before the first field of the document that begins at the offset. */
    RawFields(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.next = offset + 4;
    }

    /** Goes on to the next field; false when there is none. */
    public boolean next() {
        type = bytes[next];
        if (type == 0) {
            return false;
        }
        nameStart = next + 1;
        int end = zero(nameStart);
        valueStart = end + 1;
        next = valueStart + valueSize();
        return true;
    }

    public byte type() {
        return type;
    }

    public String name() {
        return FieldNames.of(bytes, nameStart, valueStart - 1);
    }

    /** Whether the name begins with this ASCII character. */
    public boolean nameStartsWith(char first) {
        return bytes[nameStart] == first;
    }

    /** Whether the field has this name, in UTF-8. */
    boolean isNamed(byte[] name) {
        return Arrays.equals(bytes, nameStart, valueStart - 1, name, 0, name.length);
    }

    /** The decoded value. */
    public @Nullable Object value() {
        return new BsonDecoder(bytes, valueStart).value(type, 0);
    }

    /** The fields of a value that is a document. */
    public RawFields inner() {
        return new RawFields(bytes, valueStart);
    }

    /** The value's eight bytes as a number, for types that have eight. */
    public long int64() {
        return BsonDecoder.int64(bytes, valueStart);
    }

    /** A document of this field alone. */
    byte[] alone() {
        int start = nameStart - 1;
        int length = next - start;
        byte[] result = new byte[4 + length + 1];
        result[0] = (byte) result.length;
        result[1] = (byte) (result.length >>> 8);
        result[2] = (byte) (result.length >>> 16);
        result[3] = (byte) (result.length >>> 24);
        System.arraycopy(bytes, start, result, 4, length);
        return result;
    }

    private int valueSize() {
        int position = valueStart;
        return switch (type) {
            case BsonTypes.DOUBLE, BsonTypes.DATE, BsonTypes.TIMESTAMP, BsonTypes.INT64 -> 8;
            case BsonTypes.STRING, BsonTypes.JAVASCRIPT, BsonTypes.SYMBOL -> 4 + BsonDecoder.int32(bytes, position);
            case BsonTypes.DOCUMENT, BsonTypes.ARRAY, BsonTypes.CODE_WITH_SCOPE -> BsonDecoder.int32(bytes, position);
            case BsonTypes.BINARY -> 5 + BsonDecoder.int32(bytes, position);
            case BsonTypes.UNDEFINED, BsonTypes.NULL, BsonTypes.MIN_KEY, BsonTypes.MAX_KEY -> 0;
            case BsonTypes.OBJECT_ID -> 12;
            case BsonTypes.BOOLEAN -> 1;
            case BsonTypes.REGEX -> zero(zero(position) + 1) + 1 - position;
            case BsonTypes.DB_POINTER -> 4 + BsonDecoder.int32(bytes, position) + 12;
            case BsonTypes.INT32 -> 4;
            case BsonTypes.DECIMAL128 -> 16;
            default -> throw new BsonFormatException("unknown BSON type " + type);
        };
    }

    private int zero(int from) {
        int position = from;
        while (bytes[position] != 0) {
            position++;
        }
        return position;
    }
}
