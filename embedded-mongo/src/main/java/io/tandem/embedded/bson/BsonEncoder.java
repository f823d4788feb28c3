package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes values as BSON into a growing buffer. One thread. */
public final class BsonEncoder {
    private static final int SCRATCH_BYTES = 64 * 1024;
    private static final int SHORT_STRING = 32;
    /** Where single documents are put together before their length is known; only small ones, as it stays with the thread. */
    private static final ThreadLocal<BsonEncoder> SCRATCH = ThreadLocal.withInitial(() -> new BsonEncoder(1024));

    private byte[] bytes;
    private int size;

    public BsonEncoder(int capacity) {
        bytes = new byte[capacity];
    }

    /** Encodes one document. */
    public static byte[] encode(Document document) {
        BsonEncoder encoder = SCRATCH.get();
        encoder.document(document);
        byte[] result = encoder.toByteArray();
        encoder.reset(SCRATCH_BYTES);
        return result;
    }

    /** How many bytes a document has when it is encoded. */
    public static int sizeOf(Document document) {
        BsonEncoder encoder = SCRATCH.get();
        encoder.document(document);
        int result = encoder.size;
        encoder.reset(SCRATCH_BYTES);
        return result;
    }

    /** Begins anew, in the same memory unless that has become larger than this. */
    public void reset(int keptBytes) {
        size = 0;
        if (bytes.length > keptBytes) {
            bytes = new byte[Math.min(keptBytes, 1024)];
        }
    }

    /** The bytes written so far; valid until the next write. */
    public byte[] buffer() {
        return bytes;
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Appends a whole document. */
    public void document(Map<String, ?> document) {
        int start = begin();
        for (Map.Entry<String, ?> entry : document.entrySet()) {
            element(entry.getKey(), entry.getValue());
        }
        end(start);
    }

    private void array(List<?> values) {
        int start = begin();
        int index = 0;
        for (Object value : values) {
            element(Integer.toString(index++), value);
        }
        end(start);
    }

    /** Begins a document of its own or, after its name, within one; returns what {@link #end} needs. */
    public int begin() {
        int start = size;
        int32(0);
        return start;
    }

    /** Ends a document. */
    public void end(int start) {
        int8((byte) 0);
        putInt32(start, size - start);
    }

    /** Appends a field to the document that has been begun; nothing for a value that is missing. */
    public void element(String name, @Nullable Object value) {
        if (value instanceof Missing) {
            return;
        }
        byte type = BsonTypes.of(value);
        int8(type);
        cString(name);
        value(type, value);
    }

    private void value(byte type, @Nullable Object value) {
        if (value == null) {
            return;
        } else if (value instanceof String text) {
            string(text);
        } else if (value instanceof Integer number) {
            int32(number);
        } else if (value instanceof Document document) {
            document(document);
        } else if (value instanceof RawBson raw) {
            raw(raw.bytes());
        } else if (value instanceof List<?> list) {
            array(list);
        } else if (value instanceof Long number) {
            int64(number);
        } else if (value instanceof Double number) {
            int64(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean flag) {
            int8(flag ? (byte) 1 : 0);
        } else if (value instanceof Instant instant) {
            int64(instant.toEpochMilli());
        } else if (value instanceof ObjectId id) {
            raw(id.toByteArray());
        } else if (type != BsonTypes.MIN_KEY && type != BsonTypes.MAX_KEY) {
            rare(value);
        }
    }

    private void rare(Object value) {
        if (value instanceof BsonTimestamp timestamp) {
            int64(timestamp.getValue());
        } else if (value instanceof Decimal128 decimal) {
            int64(decimal.getLow());
            int64(decimal.getHigh());
        } else if (value instanceof OpaqueBson opaque) {
            raw(opaque.raw());
        } else if (value instanceof BinData data) {
            int32(data.getData().length);
            int8((byte) 0);
            raw(data.getData());
        } else if (value instanceof UUID uuid) {
            int32(16);
            int8((byte) 4);
            int64(Long.reverseBytes(uuid.getMostSignificantBits()));
            int64(Long.reverseBytes(uuid.getLeastSignificantBits()));
        } else if (value instanceof BsonRegularExpression regex) {
            cString(regex.getPattern());
            cString(regex.getOptions() == null ? "" : regex.getOptions());
        } else if (value instanceof BsonJavaScript code) {
            string(code.getCode());
        }
    }

    private void string(String text) {
        int length = text.length();
        if (length <= SHORT_STRING) {
            int start = size;
            int32(0);
            cString(text);
            putInt32(start, size - start - 4);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int32(utf8.length + 1);
        raw(utf8);
        int8((byte) 0);
    }

    private void cString(String text) {
        int length = text.length();
        reserve(length * 3 + 1);
        int position = size;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                raw(text.getBytes(StandardCharsets.UTF_8));
                int8((byte) 0);
                return;
            }
            bytes[position++] = (byte) c;
        }
        bytes[position++] = 0;
        size = position;
    }

    /** Appends bytes as they are. */
    public void raw(byte[] data) {
        reserve(data.length);
        System.arraycopy(data, 0, bytes, size, data.length);
        size += data.length;
    }

    public void int8(byte value) {
        reserve(1);
        bytes[size++] = value;
    }

    public void int32(int value) {
        reserve(4);
        putInt32(size, value);
        size += 4;
    }

    public void int64(long value) {
        int32((int) value);
        int32((int) (value >>> 32));
    }

    /** Overwrites four bytes that are already written. */
    public void putInt32(int position, int value) {
        bytes[position] = (byte) value;
        bytes[position + 1] = (byte) (value >>> 8);
        bytes[position + 2] = (byte) (value >>> 16);
        bytes[position + 3] = (byte) (value >>> 24);
    }

    private void reserve(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
        }
    }
}
