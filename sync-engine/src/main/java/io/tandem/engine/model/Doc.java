package io.tandem.engine.model;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * A document as one side holds it. Immutable; equal when the stored bytes are equal.
 */
public final class Doc {
    private final RawBsonDocument stored;
    private final Optional<BsonBytes.Range> reserved;
    private final ContentHash hash;
    private final Optional<SyncMeta> meta;
    private final int size;

    private Doc(
            RawBsonDocument stored,
            Optional<BsonBytes.Range> reserved,
            ContentHash hash,
            Optional<SyncMeta> meta,
            int size) {
        this.stored = stored;
        this.reserved = reserved;
        this.hash = hash;
        this.meta = meta;
        this.size = size;
    }

    /** From the bytes that a server sent. */
    public static Doc of(RawBsonDocument stored) {
        byte[] bytes = BsonBytes.of(stored);
        RawBsonDocument own = new RawBsonDocument(bytes);
        Optional<BsonBytes.Range> reserved = BsonBytes.find(bytes, SyncMeta.FIELD);
        return reserved.isEmpty()
                ? new Doc(own, reserved, ContentHash.of(bytes), Optional.empty(), bytes.length)
                : new Doc(
                        own,
                        reserved,
                        ContentHash.ofWithout(bytes, bytes.length, reserved.get()),
                        SyncMeta.parse(BsonBytes.value(bytes, reserved.get())),
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

    /** The application's part: everything but the reserved field; put together anew at each call where there is one. */
    public RawBsonDocument content() {
        return reserved.map(field -> new RawBsonDocument(BsonBytes.without(BsonBytes.of(stored), field)))
                .orElse(stored);
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
