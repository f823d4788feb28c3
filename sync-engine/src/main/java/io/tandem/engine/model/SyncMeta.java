package io.tandem.engine.model;

import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The metadata that every synced document carries on the hub, in the field {@value #FIELD}:
 * {@code {version: <64-bit hybrid logical time>, updatedAt: <date>, origin: <device or "atlas">, hash: <16 bytes>}}.
 *
 * @param version the state's version
 * @param hash the hash of the content that it was written with; another content means that somebody edited the document
 *     without Tandem
 */
public record SyncMeta(Version version, ContentHash hash) {
    /** The reserved field name, on both sides. */
    public static final String FIELD = "_sync";

    public StateId state() {
        return new StateId(version, hash);
    }

    public BsonDocument toBson() {
        return new BsonDocument("version", new BsonInt64(version.time()))
                .append("updatedAt", new BsonDateTime(Version.millisOf(version.time())))
                .append("origin", new BsonString(version.origin()))
                .append("hash", new BsonBinary(hash.toBytes()));
    }

    /** Reads the field's value; empty when it is not of this form, which makes the document one without metadata. */
    public static Optional<SyncMeta> parse(BsonValue value) {
        if (!(value instanceof BsonDocument found)) {
            return Optional.empty();
        }
        BsonDocument document = found instanceof RawBsonDocument raw ? BsonBytes.fields(raw) : found;
        if (document.get("version") instanceof BsonInt64 version
                && version.getValue() > 0
                && version.getValue() < Version.LATEST
                && document.get("origin") instanceof BsonString origin
                && document.get("hash") instanceof BsonBinary hash
                && hash.getData().length == ContentHash.BYTES) {
            return Optional.of(new SyncMeta(
                    new Version(version.getValue(), origin.getValue()), ContentHash.fromBytes(hash.getData())));
        }
        return Optional.empty();
    }
}
