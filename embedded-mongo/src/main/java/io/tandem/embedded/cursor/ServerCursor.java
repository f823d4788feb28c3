package io.tandem.embedded.cursor;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.log.Namespace;
import org.jspecify.annotations.Nullable;

/** A result that a client fetches in batches. One thread at a time, except {@link #close}. */
public interface ServerCursor {
    /** The namespace replies name. */
    Namespace namespace();

    /**
     * The next documents.
     *
     * @param batchSize most documents wanted; 0 for as many as fit
     * @param deadlineNanos until when to wait for the first document, for cursors that wait
     */
    Batch next(int batchSize, long deadlineNanos);

    /** Whether a `getMore` waits for new documents. */
    default boolean awaitsData() {
        return false;
    }

    /** For change streams: where to resume before the next batch. */
    default @Nullable Document resumeToken() {
        return null;
    }

    /** Ends the cursor; a waiting `getMore` is told so. */
    default void close() {}
}
