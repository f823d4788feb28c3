package io.tandem.embedded.stream;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.Storage;
import org.jspecify.annotations.Nullable;

/** Opens change streams at the place that a client asks for. Any thread. */
public final class ChangeStreams {
    private final Storage storage;
    private final boolean lostTokenIsHistoryLost;

    /**
     * An opener.
     *
     * @param lostTokenIsHistoryLost whether a token that fell off the log gets 286, as servers since 5.0 say, instead of 280
     */
    public ChangeStreams(Storage storage, boolean lostTokenIsHistoryLost) {
        this.storage = storage;
        this.lostTokenIsHistoryLost = lostTokenIsHistoryLost;
    }

    /** Opens a stream as the `$changeStream` stage says. */
    public ChangeStreamCursor open(
            Namespace namespace, StreamOptions options, Document specification, EventPipeline pipeline) {
        Document resumeAfter = document(specification, "resumeAfter");
        Document startAfter = document(specification, "startAfter");
        Object startTime = specification.get("startAtOperationTime");
        if (resumeAfter != null && startAfter != null) {
            throw new ServerError(50865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
        }
        Document given = resumeAfter != null ? resumeAfter : startAfter;
        if (given != null && startTime != null) {
            throw new ServerError(40674, "Only one type of resume option is allowed, but multiple were found.");
        }
        if (given != null) {
            ResumeToken token = ResumeToken.parse(given);
            if (token.invalidate() && resumeAfter != null) {
                throw new ServerError(
                        ServerError.INVALID_RESUME_TOKEN,
                        "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.");
            }
            return new ChangeStreamCursor(
                    namespace,
                    options,
                    pipeline,
                    storage,
                    token.event() ? after(token, given, options) : at(token, given));
        }
        if (startTime != null) {
            if (!(startTime instanceof BsonTimestamp time)) {
                throw new ServerError(ServerError.TYPE_MISMATCH, "startAtOperationTime must be a timestamp");
            }
            ResumeToken token = new ResumeToken(time.getValue(), false, 0, false);
            return new ChangeStreamCursor(
                    namespace, options, pipeline, storage, at(token, ResumeToken.highWater(token.time())));
        }
        ChangeLog.Mark mark = storage.log().mark();
        ChangeStreamCursor.Start start =
                new ChangeStreamCursor.Start(mark.position(), ResumeToken.highWater(mark.time()), mark.time(), null);
        return new ChangeStreamCursor(namespace, options, pipeline, storage, start);
    }

    private static @Nullable Document document(Document specification, String field) {
        Object value = specification.get(field);
        if (value == null || value instanceof Document) {
            return (Document) value;
        }
        throw new ServerError(ServerError.TYPE_MISMATCH, "$changeStream." + field + " must be an object");
    }

    private ChangeStreamCursor.Start at(ResumeToken token, Document given) {
        if (!storage.log().covers(token.time())) {
            throw historyLost();
        }
        return new ChangeStreamCursor.Start(storage.log().position(token.time(), 0), given, token.time(), null);
    }

    private static ServerError historyLost() {
        return new ServerError(
                        ServerError.CHANGE_STREAM_HISTORY_LOST,
                        "Resume of change stream was not possible, as the resume point may no longer be in the oplog. ")
                .labelled("NonResumableChangeStreamError");
    }

    private ChangeStreamCursor.Start after(ResumeToken token, Document given, StreamOptions options) {
        long position = storage.log().position(token.time(), token.index());
        LogEntry entry = storage.log().at(position);
        if (entry != null && entry.time() == token.time() && entry.index() == token.index()) {
            // a stream that was ended by this very change has still to be told so, unless the token says that it was
            boolean ended = !token.invalidate() && options.covers(entry) && options.invalidatedBy(entry);
            return new ChangeStreamCursor.Start(position + 1, given, token.time(), ended ? entry : null);
        }
        if (lostTokenIsHistoryLost && token.time() < storage.log().floor()) {
            throw historyLost();
        }
        throw new ServerError(
                        ServerError.CHANGE_STREAM_FATAL,
                        "cannot resume stream; the resume token was not found. {_data: \"" + given.get("_data") + "\"}")
                .labelled("NonResumableChangeStreamError");
    }
}
