package io.tandem.engine.write;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.SyncMeta;
import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A write that takes place only if the stored document is exactly the one that was seen.
 *
 * @param key which document
 * @param seen what must be there: a document, byte for byte, or none
 * @param next what shall be there: a document, or none
 * @param isStamp whether {@code next} is what was seen but for its metadata, so that nothing else needs to be sent
 * @param isMerging whether fields are merged there, so that whoever looks next should know if it took place
 */
public record Swap(DocKey key, Optional<Doc> seen, Optional<RawBsonDocument> next, boolean isStamp, boolean isMerging) {
    public Swap(DocKey key, Optional<Doc> seen, Optional<RawBsonDocument> next) {
        this(key, seen, next, false, false);
    }

    /** The same, where fields are merged. */
    public Swap merging() {
        return new Swap(key, seen, next, isStamp, true);
    }

    /** The metadata that the document would show; empty on a device, and for a delete. */
    public Optional<SyncMeta> nextMeta() {
        return next.flatMap(document -> Doc.of(document).meta());
    }

    /** Gives a document other metadata and leaves everything else as it is. */
    public static Swap stamp(DocKey key, Doc seen, SyncMeta meta) {
        return new Swap(key, Optional.of(seen), Optional.of(seen.stampedWith(meta)), true, false);
    }
}
