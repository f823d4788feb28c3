package io.tandem.engine.model;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonNumber;
import org.bson.BsonSymbol;
import org.bson.BsonValue;

/**
 * A collection and an {@code _id}. Two keys are equal when a server would call them the same document: numbers by value
 * whatever their type, strings and symbols by text, documents with their fields in order. Immutable.
 */
public final class DocKey {
    private final String collection;
    private final BsonValue id;
    private final byte[] canonical;
    private final int hashCode;

    private DocKey(String collection, BsonValue id, byte[] canonical) {
        this.collection = collection;
        this.id = id;
        this.canonical = canonical;
        this.hashCode = hash(collection, canonical);
    }

    /**
     * FNV-1a with 64 bits (Fowler, Noll, Vo), then the last steps of MurmurHash3 (Appleby). {@code 31 * h + b} gives consecutive numbers
     * a few thousand different values altogether, and maps of keys become lists.
     */
    private static int hash(String collection, byte[] bytes) {
        long hash = 0xcbf29ce484222325L ^ collection.hashCode();
        for (byte each : bytes) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) (hash ^ (hash >>> 33));
    }

    public static DocKey of(String collection, BsonValue id) {
        Objects.requireNonNull(collection);
        return new DocKey(collection, id, canonical(id));
    }

    public String collection() {
        return collection;
    }

    /** The {@code _id} as it was seen, with its own type. */
    public BsonValue id() {
        return id;
    }

    /** Bytes that are equal for equal keys of one collection; not readable back. */
    public byte[] canonicalId() {
        return canonical.clone();
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof DocKey that
                        && hashCode == that.hashCode
                        && collection.equals(that.collection)
                        && Arrays.equals(canonical, that.canonical));
    }

    @Override
    public int hashCode() {
        return hashCode;
    }

    /** For logs of the engine's own making; an {@code _id} may be personal, so it is not for INFO lines. */
    @Override
    public String toString() {
        return collection + "/" + id;
    }

    private static byte[] canonical(BsonValue id) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(24);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(id, out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void write(BsonValue value, DataOutputStream out) throws IOException {
        out.writeByte(BsonOrder.rank(value.getBsonType()));
        switch (value.getBsonType()) {
            case INT32, INT64, DOUBLE, DECIMAL128 -> writeNumber((BsonNumber) value, out);
            case STRING -> writeText(value.asString().getValue(), out);
            case SYMBOL -> writeText(((BsonSymbol) value).getSymbol(), out);
            case OBJECT_ID -> out.write(value.asObjectId().getValue().toByteArray());
            case DOCUMENT -> writeDocument(value.asDocument(), out);
            case ARRAY -> writeArray(value.asArray(), out);
            case BINARY -> writeBinary(value.asBinary(), out);
            case BOOLEAN -> out.writeBoolean(value.asBoolean().getValue());
            case DATE_TIME -> out.writeLong(value.asDateTime().getValue());
            case TIMESTAMP -> out.writeLong(value.asTimestamp().getValue());
            case REGULAR_EXPRESSION -> {
                writeText(value.asRegularExpression().getPattern(), out);
                writeText(value.asRegularExpression().getOptions(), out);
            }
            case DB_POINTER -> {
                writeText(value.asDBPointer().getNamespace(), out);
                out.write(value.asDBPointer().getId().toByteArray());
            }
            case JAVASCRIPT -> writeText(value.asJavaScript().getCode(), out);
            case JAVASCRIPT_WITH_SCOPE -> {
                BsonJavaScriptWithScope scoped = value.asJavaScriptWithScope();
                writeText(scoped.getCode(), out);
                writeDocument(scoped.getScope(), out);
            }
            case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> {
                // the rank says it all
            }
        }
    }

    private static void writeNumber(BsonNumber number, DataOutputStream out) throws IOException {
        int special = BsonOrder.special(number);
        if (special != 0) {
            out.writeByte(special);
            return;
        }
        if (number.isInt32() || number.isInt64()) {
            writeWhole(number.longValue(), out);
            return;
        }
        BigDecimal exact = BsonOrder.exact(number).stripTrailingZeros();
        if (exact.scale() <= 0 && exact.precision() - exact.scale() <= 18) {
            writeWhole(exact.longValueExact(), out);
        } else {
            out.writeByte(4);
            writeText(exact.toString(), out);
        }
    }

    private static void writeWhole(long value, DataOutputStream out) throws IOException {
        if (value > -1_000_000_000_000_000_000L && value < 1_000_000_000_000_000_000L) {
            out.writeByte(3);
            out.writeLong(value);
        } else {
            out.writeByte(4);
            writeText(BigDecimal.valueOf(value).stripTrailingZeros().toString(), out);
        }
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        out.writeInt(text.length());
        out.writeChars(text);
    }

    private static void writeDocument(BsonDocument document, DataOutputStream out) throws IOException {
        for (Map.Entry<String, BsonValue> field : document.entrySet()) {
            out.writeByte(1);
            writeText(field.getKey(), out);
            write(field.getValue(), out);
        }
        out.writeByte(0);
    }

    private static void writeArray(BsonArray array, DataOutputStream out) throws IOException {
        out.writeInt(array.size());
        for (BsonValue element : array) {
            write(element, out);
        }
    }

    private static void writeBinary(BsonBinary binary, DataOutputStream out) throws IOException {
        out.writeByte(binary.getType());
        out.writeInt(binary.getData().length);
        out.write(binary.getData());
    }
}
