package io.tandem.embedded.stream;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.cursor.Batch;
import io.tandem.embedded.cursor.IteratorCursor;
import io.tandem.embedded.cursor.ServerCursor;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One open change stream. One thread at a time, except {@link #close}. It remembers its position in the log, so each batch costs
 * only what is new; events are made when they are fetched.
 */
public final class ChangeStreamCursor implements ServerCursor {
    /** Log entries taken at a time while the log is locked. */
    private static final int CHUNK = 512;
    /** The largest event that can be sent. */
    private static final int MAX_EVENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;
    /** Memory kept for putting the next event together. */
    private static final int KEPT_BYTES = 64 * 1024;
    /** How long a batch may go on looking for its first event past entries that the client's pipeline drops. */
    private static final long SCAN_NANOS = 500_000_000;

    /**
     * Where a stream begins.
     *
     * @param position the first log entry to look at
     * @param token the place as a token
     * @param time the cluster time of the token; what is older is not reported, also when it is written later
     * @param invalidation the change that ended the stream right there, which is to be told first; or null
     */
    record Start(
            long position,
            Document token,
            long time,
            @Nullable LogEntry invalidation) {}

    private final Namespace namespace;
    private final StreamOptions options;
    private final EventPipeline pipeline;
    private final ChangeLog log;
    private final EventBuilder builder;
    private final BsonEncoder encoder = new BsonEncoder(1024);
    private final Deque<LogEntry> ahead = new ArrayDeque<>();
    private long position;
    private final long from;
    private Document token;
    private long tokenTime;
    private @Nullable RawBson held;
    private @Nullable Document heldToken;
    private long heldTime;
    private @Nullable LogEntry invalidation;
    private boolean finishAfterHeld;
    private boolean finished;
    private long lastTime;
    private volatile boolean closed;

    ChangeStreamCursor(
            Namespace namespace, StreamOptions options, EventPipeline pipeline, Storage storage, Start start) {
        this.namespace = namespace;
        this.options = options;
        this.pipeline = pipeline;
        this.log = storage.log();
        this.builder = new EventBuilder(options, storage);
        this.position = start.position();
        this.token = start.token();
        this.tokenTime = start.time();
        this.from = start.time();
        this.invalidation = start.invalidation();
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Document resumeToken() {
        return token;
    }

    @Override
    public boolean awaitsData() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
        log.wake();
    }

    @Override
    public Batch next(int batchSize, long deadlineNanos) {
        List<Object> batch = new ArrayList<>();
        long bytes = 0;
        int limit = batchSize == 0 ? Integer.MAX_VALUE : batchSize;
        long scanEnd = System.nanoTime() + SCAN_NANOS;
        while (batch.size() < limit && !finished && !closed) {
            if (held == null && !produce()) {
                if (!batch.isEmpty() || !awaitMore(deadlineNanos)) {
                    break;
                }
                continue;
            }
            RawBson event = held;
            if (event == null) {
                if (batch.isEmpty() && isOver(scanEnd) && isOver(deadlineNanos)) {
                    advanceToken(lastTime);
                    break;
                }
                continue;
            }
            if (!batch.isEmpty() && bytes + event.bytes().length > IteratorCursor.MAX_BATCH_BYTES) {
                return new Batch(batch, false, token);
            }
            bytes += event.bytes().length + 8;
            batch.add(event);
            token = java.util.Objects.requireNonNull(heldToken);
            tokenTime = heldTime;
            held = null;
            finished = finishAfterHeld;
        }
        return new Batch(batch, finished, token);
    }

    private static boolean isOver(long deadlineNanos) {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** Moves the token on to a time at which there was no event for this client. */
    private void advanceToken(long time) {
        if (time > tokenTime) {
            token = ResumeToken.highWater(time);
            tokenTime = time;
        }
    }

    /** Prepares the next event or passes an entry; false when nothing new is there (the token is then brought up to date). */
    private boolean produce() {
        LogEntry invalidated = invalidation;
        if (invalidated != null) {
            invalidation = null;
            lastTime = invalidated.time();
            Document eventToken = ResumeToken.of(invalidated, true);
            Document result = pipeline.apply(builder.invalidation(invalidated, eventToken));
            if (result == null) {
                token = eventToken;
                finished = true;
            } else {
                encoder.document(result);
                hold(eventToken);
                finishAfterHeld = true;
            }
            return true;
        }
        if (ahead.isEmpty() && !fetch()) {
            return false;
        }
        LogEntry entry = ahead.removeFirst();
        position++;
        lastTime = entry.time();
        boolean covered = entry.time() >= from && options.covers(entry);
        if (covered
                && !(entry.kind() == LogEntry.Kind.DROP_DATABASE
                        && !options.everything()
                        && !options.scope().collection().isEmpty())) {
            prepare(entry);
        }
        if (covered && options.invalidatedBy(entry)) {
            invalidation = entry;
        }
        return true;
    }

    /** Holds the event of an entry, unless the pipeline drops it. */
    private void prepare(LogEntry entry) {
        Document eventToken = ResumeToken.of(entry, false);
        if (pipeline.isEmpty()) {
            builder.write(entry, eventToken, encoder);
        } else {
            Document result = pipeline.apply(builder.event(entry, eventToken));
            if (result == null) {
                return;
            }
            encoder.document(result);
        }
        hold(eventToken);
    }

    /** Holds what has been encoded. */
    private void hold(Document eventToken) {
        int size = encoder.size();
        if (size > MAX_EVENT_BYTES) {
            encoder.reset(KEPT_BYTES);
            throw new ServerError(
                    ServerError.OBJECT_TOO_LARGE,
                    "Executor error during getMore :: caused by :: BSONObj size: " + size
                            + " is invalid. Size must be between 0 and " + MAX_EVENT_BYTES + "(16MB)");
        }
        held = new RawBson(encoder.toByteArray());
        encoder.reset(KEPT_BYTES);
        heldToken = eventToken;
        heldTime = lastTime;
    }

    private boolean fetch() {
        ChangeLog.Batch batch = log.read(position, CHUNK);
        if (batch.lost()) {
            throw new ServerError(
                    ServerError.CAPPED_POSITION_LOST,
                    "Error in $cursor stage :: caused by :: CollectionScan died due to failure to restore tailable cursor position. Last seen record id: RecordId("
                            + lastTime + ")");
        }
        ahead.addAll(batch.entries());
        if (ahead.isEmpty()) {
            Long time = log.markIfAt(position);
            if (time != null) {
                advanceToken(time);
            }
            return false;
        }
        return true;
    }

    private boolean awaitMore(long deadlineNanos) {
        try {
            return log.await(position, deadlineNanos) && !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerError(11601, "operation was interrupted");
        }
    }
}
