package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.cursor.Batch;
import io.tandem.embedded.cursor.ServerCursor;

/** Replies that carry a batch and, when there is more, a cursor. */
final class CursorReply {
    /** Documents in a first batch for which no size was asked. */
    static final int DEFAULT_FIRST_BATCH = 101;

    private CursorReply() {}

    /** The first reply: keeps the cursor open unless it is finished or a single batch was wanted. */
    static Document first(Context context, ServerCursor cursor, int batchSize, boolean singleBatch) {
        Batch batch = batchSize == 0 && !singleBatch
                ? new Batch(java.util.List.of(), false, cursor.resumeToken())
                : cursor.next(batchSize, System.nanoTime());
        long id = 0;
        if (batch.finished() || singleBatch) {
            cursor.close();
        } else {
            id = context.server().cursors().open(cursor);
        }
        return reply(cursor, batch, id, "firstBatch");
    }

    static Document reply(ServerCursor cursor, Batch batch, long id, String field) {
        Document body = new Document(field, batch.documents());
        if (batch.resumeToken() != null) {
            body.put("postBatchResumeToken", batch.resumeToken());
        }
        body.put("id", id);
        body.put("ns", cursor.namespace().full());
        return new Document("cursor", body);
    }
}
