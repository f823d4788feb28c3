package io.tandem.engine.mongo;

import com.mongodb.client.MongoChangeStreamCursor;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * One open change stream. Used by one thread; {@link #close} may be called by another.
 *
 * <p>It never asks {@code hasNext()}, which blocks and hides how the position moves on while nothing happens. A cursor that
 * the server closed returns nothing forever, so each empty answer is followed by a look whether there still is one.
 */
final class MongoChangeFeed implements ChangeFeed {
    private final MongoChangeSource source;
    private volatile MongoChangeStreamCursor<BsonDocument> cursor;
    private volatile boolean closed;
    private FeedToken token;
    /** Whether the server has answered since the stream was opened, so that its start was good. */
    private boolean proven;
    /** Whether this stream was opened by time already. */
    private boolean byTime;

    private boolean invalidated;

    private MongoChangeFeed(
            MongoChangeSource source, MongoChangeStreamCursor<BsonDocument> cursor, FeedToken token, boolean byTime) {
        this.source = source;
        this.cursor = cursor;
        this.token = token;
        this.byTime = byTime;
    }

    static MongoChangeFeed open(MongoChangeSource source, FeedToken start) {
        try {
            return start.pipeline().equals(source.fingerprint()) ? byToken(source, start) : byTime(source, start);
        } catch (RuntimeException failure) {
            throw source.fault(failure);
        }
    }

    private static MongoChangeFeed byToken(MongoChangeSource source, FeedToken start) {
        try {
            return new MongoChangeFeed(source, source.after(start.data()), start, false);
        } catch (RuntimeException failure) {
            if (!DriverFaults.mayReopenByTime(failure)) {
                throw failure;
            }
            return byTime(source, start);
        }
    }

    private static MongoChangeFeed byTime(MongoChangeSource source, FeedToken start) {
        return new MongoChangeFeed(source, source.from(start.at()), start, true);
    }

    @Override
    public List<FeedEvent> poll() {
        if (invalidated || closed) {
            return List.of();
        }
        try {
            return read();
        } catch (RuntimeException failure) {
            if (closed) {
                // Somebody stopped us while we waited; that is how they wake us.
                return List.of();
            }
            if (proven || byTime || !DriverFaults.mayReopenByTime(failure)) {
                throw source.fault(failure);
            }
            return reopened();
        }
    }

    /** Some servers look for the token's event only when they are asked for the next one. */
    private List<FeedEvent> reopened() {
        cursor.close();
        try {
            cursor = source.from(token.at());
            byTime = true;
            return read();
        } catch (RuntimeException failure) {
            throw source.fault(failure);
        }
    }

    private List<FeedEvent> read() {
        List<FeedEvent> events = new ArrayList<>();
        BsonDocument event = cursor.tryNext();
        proven = true;
        while (event != null) {
            take(event, events);
            // An empty answer says that there is nothing more to tell, which an event of no concern is not enough for.
            boolean goesOn = events.isEmpty() || (events.size() < source.batchSize() && cursor.available() > 0);
            event = goesOn && !invalidated ? cursor.tryNext() : null;
        }
        moveOn();
        if (cursor.getServerCursor() == null && events.isEmpty() && !invalidated) {
            invalidated = true;
            events.add(new FeedEvent(
                    FeedEvent.Kind.INVALIDATED,
                    "",
                    Optional.empty(),
                    Integer.toUnsignedLong(token.at().getTime()) * 1000,
                    Optional.empty(),
                    Optional.empty(),
                    token.position()));
        }
        return events;
    }

    private void take(BsonDocument event, List<FeedEvent> events) {
        source.reader().read(event).ifPresent(found -> {
            events.add(found);
            invalidated = found.kind() == FeedEvent.Kind.INVALIDATED;
        });
    }

    private void moveOn() {
        BsonDocument now = cursor.getResumeToken();
        if (now != null) {
            token = FeedToken.of(now, source.fingerprint(), token.at());
        }
    }

    @Override
    public Position position() {
        return token.position();
    }

    @Override
    public void close() {
        closed = true;
        cursor.close();
    }
}
