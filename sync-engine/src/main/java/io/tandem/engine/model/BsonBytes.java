package io.tandem.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.ObjectId;

/**
 * Surgery on encoded BSON documents: finds, removes and appends top-level elements without decoding the rest, so that
 * duplicate names, rare types and field order survive byte by byte. Layout as in the BSON specification, version 1.1.
 */
public final class BsonBytes {
    private static final int HEADER = 4;
    private static final int END = 1;
    private static final byte DOCUMENT = 0x03;
    private static final byte ARRAY = 0x04;
    private static final byte OLD_BINARY = 0x02;

    /** Made once: making one builds a registry of all codecs. Thread-safe, as the driver's own use of it shows. */
    private static final BsonValueCodec CODEC = new BsonValueCodec();

    private static final EncoderContext NO_CONTEXT = EncoderContext.builder().build();

    private BsonBytes() {}

    /** A half-open range of bytes: one element with its type, name and value. */
    public record Range(int start, int end) {
        public int length() {
            return end - start;
        }
    }

    /** The document's bytes, not to be changed; a copy unless the document owns exactly one array. */
    public static byte[] of(RawBsonDocument document) {
        ByteBuffer buffer = document.getByteBuffer().asNIO();
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Encodes any document; not to be changed, since raw ones may share their bytes. */
    public static byte[] encode(BsonDocument document) {
        if (document instanceof RawBsonDocument raw) {
            return of(raw);
        }
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            CODEC.encode(writer, document, NO_CONTEXT);
        }
        return buffer.toByteArray();
    }

    /** The raw form of a document, detached from any larger array. */
    public static RawBsonDocument raw(BsonDocument document) {
        return new RawBsonDocument(encode(document));
    }

    /** Where the first top-level element of that name lies. */
    public static Optional<Range> find(byte[] document, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int position = HEADER;
        while (document[position] != 0) {
            int nameStart = position + 1;
            int nameEnd = endOfCString(document, nameStart);
            int end = nameEnd + 1 + valueLength(document, document[position], nameEnd + 1);
            if (Arrays.equals(document, nameStart, nameEnd, wanted, 0, wanted.length)) {
                return Optional.of(new Range(position, end));
            }
            position = end;
        }
        return Optional.empty();
    }

    /**
     * The top-level fields, decoded in one pass, which asking a raw document for one after the other is not. Nested documents and arrays
     * stay encoded and share the bytes; of a repeated name the first counts.
     */
    public static BsonDocument fields(RawBsonDocument document) {
        ByteBuffer buffer = document.getByteBuffer().asNIO();
        byte[] bytes = buffer.array();
        BsonDocument result = new BsonDocument();
        int position = buffer.arrayOffset() + buffer.position() + HEADER;
        while (bytes[position] != 0) {
            int nameEnd = endOfCString(bytes, position + 1);
            int end = nameEnd + 1 + valueLength(bytes, bytes[position], nameEnd + 1);
            String name = new String(bytes, position + 1, nameEnd - position - 1, StandardCharsets.UTF_8);
            result.putIfAbsent(name, value(bytes, new Range(position, end), nameEnd + 1));
            position = end;
        }
        return result;
    }

    /** The value of a top-level element found by {@link #find}; nested documents and arrays share the bytes. */
    public static BsonValue value(byte[] document, Range element) {
        return value(document, element, endOfCString(document, element.start() + 1) + 1);
    }

    private static BsonValue value(byte[] bytes, Range element, int at) {
        return switch (bytes[element.start()]) {
            case 0x02 -> new BsonString(new String(bytes, at + 4, int32(bytes, at) - 1, StandardCharsets.UTF_8));
            case DOCUMENT -> new RawBsonDocument(bytes, at, int32(bytes, at));
            case 0x05 ->
                bytes[at + 4] == OLD_BINARY
                        ? decoded(bytes, element) // with its length within
                        : new BsonBinary(bytes[at + 4], Arrays.copyOfRange(bytes, at + 5, element.end()));
            case 0x07 -> new BsonObjectId(new ObjectId(Arrays.copyOfRange(bytes, at, at + 12)));
            case 0x08 -> BsonBoolean.valueOf(bytes[at] != 0);
            case 0x09 -> new BsonDateTime(int64(bytes, at));
            case 0x10 -> new BsonInt32(int32(bytes, at));
            case 0x12 -> new BsonInt64(int64(bytes, at));
            default -> decoded(bytes, element);
        };
    }

    /** The value of an element of a type that is not worth a way of its own. */
    private static BsonValue decoded(byte[] bytes, Range element) {
        byte[] alone = new byte[HEADER + element.length() + END];
        System.arraycopy(bytes, element.start(), alone, HEADER, element.length());
        RawBsonDocument document = new RawBsonDocument(withLength(alone));
        return Objects.requireNonNull(document.get(document.getFirstKey()));
    }

    /** Looks at elements of encoded documents. */
    @FunctionalInterface
    public interface ElementTest {
        /**
         * Looks at one.
         *
         * @param type as in the specification
         * @param nameStart where its name begins; a zero byte ends it
         * @param valueStart where its value begins
         */
        boolean test(byte type, int nameStart, int valueStart);
    }

    /** Whether an element at the top level passes a test. */
    public static boolean anyElement(byte[] document, ElementTest test) {
        return anyElement(document, HEADER, false, test);
    }

    /** Whether an element at any depth passes a test; the scope of code counts as a value without elements. */
    public static boolean anyElementWithin(byte[] document, ElementTest test) {
        return anyElement(document, HEADER, true, test);
    }

    private static boolean anyElement(byte[] document, int from, boolean deep, ElementTest test) {
        int position = from;
        while (document[position] != 0) {
            byte type = document[position];
            int value = endOfCString(document, position + 1) + 1;
            boolean nested = deep && (type == DOCUMENT || type == ARRAY);
            if (test.test(type, position + 1, value) || (nested && anyElement(document, value + HEADER, true, test))) {
                return true;
            }
            position = value + valueLength(document, type, value);
        }
        return false;
    }

    /** The document without the bytes of that element. */
    public static byte[] without(byte[] document, Range element) {
        byte[] result = new byte[document.length - element.length()];
        System.arraycopy(document, 0, result, 0, element.start());
        System.arraycopy(document, element.end(), result, element.start(), document.length - element.end());
        return withLength(result);
    }

    /** The document with one more element at its end. */
    public static byte[] with(byte[] document, String name, BsonValue value) {
        byte[] element = encode(new BsonDocument(name, value));
        int elementLength = element.length - HEADER - END;
        byte[] result = Arrays.copyOf(document, document.length + elementLength);
        System.arraycopy(element, HEADER, result, document.length - END, elementLength);
        result[result.length - 1] = 0;
        return withLength(result);
    }

    /** The document with another value in the place of that element. */
    public static byte[] replacing(byte[] document, Range element, String name, BsonValue value) {
        byte[] next = encode(new BsonDocument(name, value));
        int nextLength = next.length - HEADER - END;
        byte[] result = new byte[document.length - element.length() + nextLength];
        System.arraycopy(document, 0, result, 0, element.start());
        System.arraycopy(next, HEADER, result, element.start(), nextLength);
        System.arraycopy(
                document, element.end(), result, element.start() + nextLength, document.length - element.end());
        return withLength(result);
    }

    private static byte[] withLength(byte[] document) {
        ByteBuffer.wrap(document).order(ByteOrder.LITTLE_ENDIAN).putInt(0, document.length);
        return document;
    }

    private static int endOfCString(byte[] bytes, int from) {
        int position = from;
        while (bytes[position] != 0) {
            position++;
        }
        return position;
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff)
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    private static long int64(byte[] bytes, int at) {
        return (int32(bytes, at) & 0xffff_ffffL) | (long) int32(bytes, at + 4) << 32;
    }

    private static int valueLength(byte[] bytes, byte type, int at) {
        return switch (type) {
            case 0x01, 0x09, 0x11, 0x12 -> 8;
            case 0x02, 0x0d, 0x0e -> 4 + int32(bytes, at);
            case 0x03, 0x04, 0x0f -> int32(bytes, at);
            case 0x05 -> 5 + int32(bytes, at);
            case 0x06, 0x0a, 0x7f, (byte) 0xff -> 0;
            case 0x07 -> 12;
            case 0x08 -> 1;
            case 0x0b -> {
                int pattern = endOfCString(bytes, at);
                yield endOfCString(bytes, pattern + 1) + 1 - at;
            }
            case 0x0c -> 4 + int32(bytes, at) + 12;
            case 0x10 -> 4;
            case 0x13 -> 16;
            default -> throw new IllegalArgumentException("not BSON: unknown element type " + (type & 0xff));
        };
    }
}
