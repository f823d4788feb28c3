package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.DocKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Reading and writing the small values that internal documents are made of. Stateless. */
final class Values {
    private Values() {}

    /** The value without the larger buffer that it may be a part of. */
    static BsonValue own(BsonValue value) {
        return value instanceof BsonDocument document ? BsonBytes.raw(document) : value;
    }

    static BsonValue id(BsonDocument document) {
        return own(present(document instanceof RawBsonDocument raw ? rawId(raw) : document.get("_id")));
    }

    private static @Nullable BsonValue rawId(RawBsonDocument document) {
        byte[] bytes = BsonBytes.of(document);
        return BsonBytes.find(bytes, "_id")
                .map(element -> BsonBytes.value(bytes, element))
                .orElse(null);
    }

    private static BsonValue present(@Nullable BsonValue id) {
        return Objects.requireNonNull(id, "every stored document and key has an _id");
    }

    /** {@code {c: <collection>, i: <_id>}}: a key as an {@code _id} of an internal collection. */
    static BsonDocument keyDocument(DocKey key) {
        return keyDocument(key.collection(), key.id());
    }

    static BsonDocument keyDocument(String collection, BsonValue id) {
        return new BsonDocument("c", new BsonString(collection)).append("i", id);
    }

    static DocKey key(BsonDocument keyDocument) {
        BsonDocument fields = fields(keyDocument);
        return DocKey.of(fields.getString("c").getValue(), own(present(fields.get("i"))));
    }

    /** The {@code _id} in {@code {c: <collection>, i: <_id>}}. */
    static BsonValue idOfKey(BsonDocument keyDocument) {
        return own(present(fields(keyDocument).get("i")));
    }

    private static BsonDocument fields(BsonDocument document) {
        return document instanceof RawBsonDocument raw ? BsonBytes.fields(raw) : document;
    }

    /** An equality that takes its value literally, whatever it looks like. */
    static BsonDocument byId(BsonValue id) {
        return new BsonDocument("_id", new BsonDocument("$eq", id));
    }

    static Optional<RawBsonDocument> document(BsonDocument in, String field) {
        return in.get(field) instanceof BsonDocument found ? Optional.of(BsonBytes.raw(found)) : Optional.empty();
    }

    static Optional<String> text(BsonDocument in, String field) {
        return in.get(field) instanceof BsonString found ? Optional.of(found.getValue()) : Optional.empty();
    }

    /** A whole number of any numeric type. */
    static Optional<Long> number(BsonDocument in, String field) {
        return in.get(field) instanceof BsonNumber found ? Optional.of(found.longValue()) : Optional.empty();
    }

    static Optional<Long> date(BsonDocument in, String field) {
        return in.get(field) instanceof BsonDateTime found ? Optional.of(found.getValue()) : Optional.empty();
    }

    static Optional<byte[]> bytes(BsonDocument in, String field) {
        return in.get(field) instanceof BsonBinary found ? Optional.of(found.getData()) : Optional.empty();
    }

    static BsonInt64 number(long value) {
        return new BsonInt64(value);
    }

    /** Keys by their collection, in order. */
    static Map<String, List<DocKey>> byCollection(Collection<DocKey> keys) {
        Map<String, List<DocKey>> result = new LinkedHashMap<>();
        for (DocKey key : keys) {
            result.computeIfAbsent(key.collection(), any -> new ArrayList<>()).add(key);
        }
        return result;
    }

    /** Consecutive parts of at most {@code size} elements. */
    static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> result = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            result.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return result;
    }
}
