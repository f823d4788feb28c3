package io.tandem.embedded.cursor;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.log.Namespace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cursor over a lazy result. */
public final class IteratorCursor implements ServerCursor {
    /** A reply holds at most this many bytes of documents, but always one document. */
    public static final int MAX_BATCH_BYTES = 16 * 1024 * 1024;

    private final Namespace namespace;
    private final Iterator<?> documents;
    private @Nullable RawBson held;

    /**
     * A cursor.
     *
     * @param documents {@link Document} or {@link RawBson} values
     */
    public IteratorCursor(Namespace namespace, Iterator<?> documents) {
        this.namespace = namespace;
        this.documents = documents;
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Batch next(int batchSize, long deadlineNanos) {
        List<Object> batch = new ArrayList<>();
        long bytes = 0;
        int limit = batchSize == 0 ? Integer.MAX_VALUE : batchSize;
        while (batch.size() < limit && (held != null || documents.hasNext())) {
            RawBson next = held != null ? held : raw(documents.next());
            held = null;
            if (!batch.isEmpty() && bytes + next.bytes().length > MAX_BATCH_BYTES) {
                held = next;
                break;
            }
            bytes += next.bytes().length + 8;
            batch.add(next);
        }
        return new Batch(batch, held == null && !documents.hasNext(), null);
    }

    private static RawBson raw(Object value) {
        return value instanceof RawBson raw ? raw : new RawBson(BsonEncoder.encode((Document) value));
    }
}
