package io.tandem.embedded.bson;

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
    private static final byte[] ID = {'_', 'i', 'd'};

    /** Decodes one top-level field without decoding the rest; null when the field is absent (or is null). */
    public static @Nullable Object field(byte[] document, String name) {
        RawFields field = find(document, name.equals("_id") ? ID : name.getBytes(StandardCharsets.UTF_8));
        return field == null ? null : field.value();
    }

    /** The document `{_id: ...}` of a document that has one. */
    public static byte[] onlyId(byte[] document) {
        RawFields field = find(document, ID);
        if (field == null) {
            throw new IllegalArgumentException("a document without an _id");
        }
        return field.alone();
    }

    private static @Nullable RawFields find(byte[] document, byte[] name) {
        RawFields fields = new RawFields(document);
        while (fields.next()) {
            if (fields.isNamed(name)) {
                return fields;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "RawBson[bytes=" + bytes.length + "]";
    }
}
