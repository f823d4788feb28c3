package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.update.Delta;
import org.jspecify.annotations.Nullable;

/** Applies changes of documents, at once or at the end of a transaction. Used by the holder of the write gate only. */
public interface Writer {
    /** The collection with what this writer has changed so far. */
    CollectionView view(StoredCollection collection);

    /** How many changes this writer has made. */
    long changes();

    void insert(StoredCollection collection, Content document);

    /**
     * Replaces a document.
     *
     * @param delta what an update changed; null when the change is a replacement
     */
    void replace(StoredCollection collection, StoredRecord record, Content document, @Nullable Delta delta);

    void delete(StoredCollection collection, StoredRecord record);

    /** The log entry of a change. */
    static LogEntry entry(
            StoredCollection collection,
            LogEntry.Kind kind,
            byte @Nullable [] after,
            byte @Nullable [] before,
            @Nullable Delta delta,
            LogEntry.@Nullable Origin origin) {
        byte[] image = after != null ? after : java.util.Objects.requireNonNull(before);
        byte[] description = delta == null
                ? null
                : BsonEncoder.encode(
                        new Document("updatedFields", delta.updated()).append("removedFields", delta.removed()));
        return new LogEntry(
                0,
                0,
                0,
                kind,
                collection.namespace(),
                collection.uuid(),
                RawBson.onlyId(image),
                after,
                before,
                description,
                null,
                collection.keepsImages(),
                origin);
    }
}
