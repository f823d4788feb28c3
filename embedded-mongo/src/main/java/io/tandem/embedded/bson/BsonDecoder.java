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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    private static final VarHandle INT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_INT64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int position;
    private @Nullable String kept;

    BsonDecoder(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.position = offset;
    }

    /** Four bytes as a number. */
    static int int32(byte[] bytes, int at) {
        return (int) INT32.get(bytes, at);
    }

    /** Eight bytes as a number. */
    static long int64(byte[] bytes, int at) {
        return (long) INT64.get(bytes, at);
    }

    private int int32() {
        int value = int32(bytes, position);
        position += 4;
        return value;
    }

    private long int64() {
        long value = int64(bytes, position);
        position += 8;
        return value;
    }

    /** Decodes a complete document. */
    public static Document decode(byte[] bytes) {
        return decode(bytes, 0);
    }

    /** Decodes the document that starts at the offset. */
    public static Document decode(byte[] bytes, int offset) {
        return new BsonDecoder(bytes, offset).wholeDocument();
    }

    /** Decodes a document, but leaves one of its top-level fields as it is when that is a document: a {@link RawBson}. */
    public static Document decodeExcept(byte[] bytes, String field) {
        BsonDecoder decoder = new BsonDecoder(bytes, 0);
        decoder.kept = field;
        return decoder.wholeDocument();
    }

    private Document wholeDocument() {
        try {
            return document(1);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BsonFormatException("the bytes end before the document does");
        }
    }

    static BsonFormatException tooDeep() {
        return new BsonFormatException("a document may have at most " + MAX_DEPTH + " levels", true);
    }

    private Document document(int depth) {
        if (depth > MAX_DEPTH) {
            throw tooDeep();
        }
        int end = end();
        Document document = new Document();
        for (byte type = bytes[position++]; type != 0; type = bytes[position++]) {
            String name = name();
            boolean asIs = depth == 1 && type == BsonTypes.DOCUMENT && name.equals(kept);
            document.put(name, asIs ? new RawBson(takeDocument()) : value(type, depth));
        }
        requireEnd(end);
        return document;
    }

    private List<@Nullable Object> array(int depth) {
        if (depth > MAX_DEPTH) {
            throw tooDeep();
        }
        int end = end();
        List<@Nullable Object> array = new ArrayList<>();
        for (byte type = bytes[position++]; type != 0; type = bytes[position++]) {
            skipCString();
            array.add(value(type, depth));
        }
        requireEnd(end);
        return array;
    }

    private int end() {
        int start = position;
        int size = int32();
        if (size < 5 || start + size > bytes.length || start + size < 0) {
            throw new BsonFormatException("a document cannot have " + size + " bytes here");
        }
        return start + size;
    }

    private void requireEnd(int end) {
        if (position != end) {
            throw new BsonFormatException("a document says it ends at byte " + end + " but ends at " + position);
        }
    }

    @Nullable
    Object value(byte type, int depth) {
        return switch (type) {
            case BsonTypes.DOUBLE -> Double.longBitsToDouble(int64());
            case BsonTypes.STRING -> string();
            case BsonTypes.DOCUMENT -> document(depth + 1);
            case BsonTypes.ARRAY -> array(depth + 1);
            case BsonTypes.BINARY -> binary();
            case BsonTypes.OBJECT_ID -> new ObjectId(take(12));
            case BsonTypes.BOOLEAN -> bytes[position++] != 0;
            case BsonTypes.DATE -> Instant.ofEpochMilli(int64());
            case BsonTypes.NULL -> null;
            case BsonTypes.REGEX -> new BsonRegularExpression(cString(), cString());
            case BsonTypes.JAVASCRIPT -> new BsonJavaScript(string());
            case BsonTypes.INT32 -> int32();
            case BsonTypes.TIMESTAMP -> new BsonTimestamp(int64());
            case BsonTypes.INT64 -> int64();
            case BsonTypes.DECIMAL128 -> new Decimal128(int64(), int64());
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
        int length = int32(bytes, position);
        if (length < 0 || length > bytes.length - position) {
            throw new BsonFormatException("a value cannot have " + length + " bytes here");
        }
        return length;
    }

    private byte[] takeDocument() {
        byte[] document = take(peekLength());
        // what is inside counts one level more here, which only a document at the very limit would notice
        BsonCheck.depth(document);
        return document;
    }

    private byte[] take(int count) {
        if (count > bytes.length - position) {
            throw new IndexOutOfBoundsException(count);
        }
        byte[] result = Arrays.copyOfRange(bytes, position, position + count);
        position += count;
        return result;
    }

    private Object binary() {
        int length = peekLength();
        byte subtype = bytes[position + 4];
        if (subtype == 0) {
            position += 5;
            return new BinData(take(length));
        } else if (subtype == 4 && length == 16) {
            UUID uuid = new UUID((long) BIG_INT64.get(bytes, position + 5), (long) BIG_INT64.get(bytes, position + 13));
            position += 21;
            return uuid;
        }
        return new OpaqueBson(BsonTypes.BINARY, take(5 + length));
    }

    private String string() {
        int length = int32();
        if (length < 1 || length > bytes.length - position) {
            throw new BsonFormatException("a string cannot have " + length + " bytes here");
        }
        String value = new String(bytes, position, length - 1, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    private String cString() {
        int start = position;
        skipCString();
        return new String(bytes, start, position - start - 1, StandardCharsets.UTF_8);
    }

    private String name() {
        int start = position;
        skipCString();
        return FieldNames.of(bytes, start, position - 1);
    }

    private void skipCString() {
        int at = position;
        while (bytes[at] != 0) {
            at++;
        }
        position = at + 1;
    }
}
