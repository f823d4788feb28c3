package io.tandem.agent.backup;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;

/** Puts documents into one collection, a batch at a time, and leaves alone those whose key is there already. One thread. */
final class BatchInserter {

    private static final int BATCH_BYTES = 2 * 1024 * 1024;
    private static final int BATCH_DOCUMENTS_MAX = 1000;
    private static final int DUPLICATE_KEY = 11000;
    private static final int UNAUTHORIZED = 13;

    private final MongoCollection<RawBsonDocument> target;
    private final List<RawBsonDocument> batch = new ArrayList<>();
    private int batchBytes;
    private long inserted;
    private long present;
    private boolean bypassValidation = true;

    BatchInserter(MongoCollection<RawBsonDocument> target) {
        this.target = target;
    }

    void add(RawBsonDocument document) {
        batch.add(document);
        batchBytes += document.getByteLength();
        if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_DOCUMENTS_MAX) {
            flush();
        }
    }

    void flush() {
        if (batch.isEmpty()) {
            return;
        }
        try {
            insert();
        } catch (MongoBulkWriteException partly) {
            refuseUnlessDuplicates(partly);
            inserted += partly.getWriteResult().getInsertedCount();
            present += partly.getWriteErrors().size();
        }
        batch.clear();
        batchBytes = 0;
    }

    private void insert() {
        InsertManyOptions options = new InsertManyOptions().ordered(false).bypassDocumentValidation(bypassValidation);
        try {
            inserted += target.insertMany(batch, options).getInsertedIds().size();
        } catch (MongoCommandException refused) {
            if (refused.getErrorCode() != UNAUTHORIZED || !bypassValidation) {
                throw refused;
            }
            bypassValidation = false; // the role may write, but not past a validator
            insert();
        }
    }

    private void refuseUnlessDuplicates(MongoBulkWriteException partly) {
        for (BulkWriteError error : partly.getWriteErrors()) {
            if (error.getCode() != DUPLICATE_KEY) {
                throw new BackupException(
                        "The server refused a document of "
                                + target.getNamespace().getCollectionName() + " (code " + error.getCode()
                                + "). The restore stopped; run it again with --drop once the cause is removed.",
                        partly);
            }
        }
        if (partly.getWriteConcernError() != null) {
            throw partly;
        }
    }

    /** Documents written. */
    long inserted() {
        return inserted;
    }

    /** Documents left alone because their key (or the value of a unique index) was there. */
    long present() {
        return present;
    }
}
