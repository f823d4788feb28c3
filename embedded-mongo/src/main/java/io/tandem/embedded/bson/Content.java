package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.Document;
import org.jspecify.annotations.Nullable;

/** A whole document as bytes, decoded only when somebody asks for its fields. One thread; neither form may be changed. */
public final class Content {
    private final byte[] bytes;
    private @Nullable Document document;

    public Content(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A document whose bytes are known too. */
    public Content(Document document, byte[] bytes) {
        this.bytes = bytes;
        this.document = document;
    }

    public byte[] bytes() {
        return bytes;
    }

    public Document document() {
        Document known = document;
        if (known == null) {
            known = BsonDecoder.decode(bytes);
            document = known;
        }
        return known;
    }

    /** Its `_id`; null also when it has none. */
    public @Nullable Object id() {
        Document known = document;
        return known != null ? known.get("_id") : RawBson.field(bytes, "_id");
    }

    @Override
    public String toString() {
        return "Content[bytes=" + bytes.length + "]";
    }
}
