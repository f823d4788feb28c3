package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import io.tandem.embedded.bson.BsonCheck;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.bson.RawFields;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.update.UpdateClock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings documents into the form in which they may be stored. Stateless. */
final class StoredDocument {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_DEPTH = 180;

    private StoredDocument() {}

    /** A document to be inserted: `_id` made or moved to the front, empty timestamps filled, checked. */
    static Content forInsert(Object given, UpdateClock clock) {
        if (given instanceof RawBson raw) {
            int depth = BsonCheck.depth(raw.bytes());
            if (isAsStored(raw.bytes())) {
                return checked(new Content(raw.bytes()), depth);
            }
        }
        Document document = given instanceof RawBson raw ? BsonDecoder.decode(raw.bytes()) : (Document) given;
        Document fixed = new Document("_id", document.containsKey("_id") ? document.get("_id") : new ObjectId());
        fixed.putAll(document);
        return of(fixed, clock);
    }

    /** Whether a document would be stored with these very bytes, if at all: its `_id` is first and no timestamp is to be filled. */
    private static boolean isAsStored(byte[] bytes) {
        RawFields fields = new RawFields(bytes);
        if (!fields.next() || !fields.name().equals("_id")) {
            return false;
        }
        while (fields.next()) {
            if (fields.type() == BsonTypes.TIMESTAMP && fields.int64() == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * A replacement as it is, which has still to be {@linkplain #requireStorable checked}; null when it is none, or would be stored in
     * another form.
     */
    static @Nullable Content asReplacement(RawBson given) {
        RawFields fields = new RawFields(given.bytes());
        while (fields.next()) {
            if (fields.nameStartsWith('$')) {
                return null;
            }
        }
        return isAsStored(given.bytes()) ? new Content(given.bytes()) : null;
    }

    /** Refuses what cannot be stored. */
    static Content requireStorable(Content document) {
        return checked(document, BsonCheck.depth(document.bytes()));
    }

    /** The result of an update or replacement: empty timestamps filled, checked. */
    static Content of(Document document, UpdateClock clock) {
        if (hasEmptyTimestamp(document)) {
            document.replaceAll(
                    (name, value) -> isEmptyTimestamp(value) && !name.equals("_id") ? clock.timestamp() : value);
        }
        return encoded(document);
    }

    /** The result of an operator update, whose timestamps stay as they are. */
    static Content ofUpdate(Document document) {
        return encoded(document);
    }

    private static boolean hasEmptyTimestamp(Document document) {
        for (Map.Entry<String, Object> field : document.entrySet()) {
            if (isEmptyTimestamp(field.getValue()) && !field.getKey().equals("_id")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEmptyTimestamp(@Nullable Object value) {
        return value instanceof BsonTimestamp timestamp && timestamp.getValue() == 0;
    }

    private static Content encoded(Document document) {
        return checked(new Content(document, BsonEncoder.encode(document)), depth(document, 1));
    }

    private static Content checked(Content document, int depth) {
        byte[] bytes = document.bytes();
        if (bytes.length > MAX_BYTES) {
            throw new ServerError(
                    ServerError.OBJECT_TOO_LARGE,
                    "BSONObj size: " + bytes.length + " (0x" + Integer.toHexString(bytes.length)
                            + ") is invalid. Size must be between 0 and " + MAX_BYTES + "(16MB)");
        }
        requireId(document.id());
        if (depth > MAX_DEPTH) {
            throw new ServerError(ServerError.OVERFLOW, "Document exceeds maximum nesting depth of " + MAX_DEPTH);
        }
        return document;
    }

    private static void requireId(@Nullable Object id) {
        byte type = BsonTypes.of(id);
        if (id instanceof List || id instanceof BsonRegularExpression || type == BsonTypes.UNDEFINED) {
            throw new ServerError(
                    ServerError.INVALID_ID_FIELD, "The '_id' value cannot be of type " + BsonTypes.nameOf(type));
        }
        if (id instanceof Document document) {
            for (String name : document.keySet()) {
                if (name.startsWith("$") && !name.equals("$ref") && !name.equals("$id") && !name.equals("$db")) {
                    throw new ServerError(
                            52,
                            "_id fields may not contain '$'-prefixed fields: " + name + " is not valid for storage.");
                }
            }
        }
    }

    private static int depth(@Nullable Object value, int level) {
        int deepest = level;
        if (value instanceof Document document) {
            for (Object field : document.values()) {
                if (field instanceof Document || field instanceof List) {
                    deepest = Math.max(deepest, depth(field, level + 1));
                }
            }
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Document || element instanceof List) {
                    deepest = Math.max(deepest, depth(element, level + 1));
                }
            }
        }
        return deepest;
    }
}
