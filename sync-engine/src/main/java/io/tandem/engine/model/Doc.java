package io.tandem.engine.model;

import java.util.Objects;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A document as one side holds it. Immutable; equal when the stored bytes are equal.
 */
public final class Doc {
    private final RawBsonDocument stored;
    private final RawBsonDocument content;
    private final ContentHash hash;
    private final Optional<SyncMeta> meta;
    private final int size;

    private Doc(RawBsonDocument stored, RawBsonDocument content, ContentHash hash, Optional<SyncMeta> meta, int size) {
        this.stored = stored;
        this.content = content;
        this.hash = hash;
        this.meta = meta;
        this.size = size;
    }

    /** From the bytes that a server sent. */
    public static Doc of(RawBsonDocument stored) {
        byte[] bytes = BsonBytes.of(stored);
        Optional<BsonBytes.Range> field = BsonBytes.find(bytes, SyncMeta.FIELD);
        if (field.isEmpty()) {
            RawBsonDocument own = new RawBsonDocument(bytes);
            return new Doc(own, own, ContentHash.of(bytes), Optional.empty(), bytes.length);
        }
        BsonValue value = Objects.requireNonNull(stored.get(SyncMeta.FIELD));
        byte[] content = BsonBytes.without(bytes, field.get());
        return new Doc(
                new RawBsonDocument(bytes),
                new RawBsonDocument(content),
                ContentHash.of(content),
                SyncMeta.parse(value),
                bytes.length);
    }

    public static Doc of(BsonDocument document) {
        return of(BsonBytes.raw(document));
    }

    /** The same content as the hub stores it, with metadata at its end. */
    public static RawBsonDocument withMeta(RawBsonDocument content, SyncMeta meta) {
        return new RawBsonDocument(BsonBytes.with(BsonBytes.of(content), SyncMeta.FIELD, meta.toBson()));
    }

    /** What is stored with other metadata: in the place of what is in the reserved field, whatever that is, or at the end. */
    public RawBsonDocument stampedWith(SyncMeta next) {
        byte[] bytes = BsonBytes.of(stored);
        return new RawBsonDocument(BsonBytes.find(bytes, SyncMeta.FIELD)
                .map(field -> BsonBytes.replacing(bytes, field, SyncMeta.FIELD, next.toBson()))
                .orElseGet(() -> BsonBytes.with(bytes, SyncMeta.FIELD, next.toBson())));
    }

    /** Exactly what the server holds. */
    public RawBsonDocument stored() {
        return stored;
    }

    /** The application's part: everything but the reserved field. */
    public RawBsonDocument content() {
        return content;
    }

    /** The hash of {@link #content()}. */
    public ContentHash hash() {
        return hash;
    }

    /** The metadata, whether it fits the content or not. */
    public Optional<SyncMeta> meta() {
        return meta;
    }

    /** The metadata, if it was written together with this content. */
    public Optional<SyncMeta> validMeta() {
        return meta.filter(m -> m.hash().equals(hash));
    }

    /** Bytes as stored. */
    public int size() {
        return size;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Doc that
                && stored.getByteBuffer()
                        .asNIO()
                        .equals(that.stored.getByteBuffer().asNIO());
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "Doc[" + hash + ", " + size + " bytes"
                + meta.map(m -> ", " + m.version()).orElse("") + "]";
    }
}
