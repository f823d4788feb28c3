package io.tandem.engine.mongo;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Names;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;

/** Opens database-wide change streams of one side. Thread-safe. */
final class MongoChangeSource implements ChangeSource {
    private final Link link;
    private final FeedPipeline pipeline;
    private final FeedReader reader;
    private final Duration maxAwait;
    private final int batchSize;

    MongoChangeSource(
            Link link, Names names, FeedPipeline pipeline, MongoClockProbe clock, Duration maxAwait, int batchSize) {
        this.link = link;
        this.pipeline = pipeline;
        this.reader = new FeedReader(names, pipeline.fingerprint(), () -> clock.serverMillis(link.side()));
        this.maxAwait = maxAwait;
        this.batchSize = batchSize;
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        if (link.call("look at the server", database -> link.topology()) == Topology.STANDALONE) {
            throw new SyncException(
                    FaultCode.STANDALONE,
                    "Cannot follow the changes of the " + DriverFaults.name(link.side()) + " side. "
                            + FaultCode.STANDALONE.meaning() + " " + FaultCode.STANDALONE.remedy());
        }
        FeedToken start = after.isPresent() ? parse(after.get()) : now();
        return MongoChangeFeed.open(this, start);
    }

    private FeedToken parse(Position position) {
        return FeedToken.parse(position)
                .orElseThrow(() -> new SyncException(
                        FaultCode.INVALID_POSITION,
                        "Cannot follow the changes of the " + DriverFaults.name(link.side())
                                + " side: the saved position has not the fields data, pipeline and at. "
                                + FaultCode.INVALID_POSITION.remedy()));
    }

    /** What a failure of a stream means; see {@link Link#faultOfFeed}. */
    RuntimeException fault(RuntimeException failure) {
        return link.faultOfFeed("follow the changes", failure);
    }

    FeedReader reader() {
        return reader;
    }

    String fingerprint() {
        return pipeline.fingerprint();
    }

    int batchSize() {
        return batchSize;
    }

    /** Follows a token of this very pipeline; {@code startAfter} takes that of an invalidation, too. */
    MongoChangeStreamCursor<BsonDocument> after(BsonDocument token) {
        return cursor(stream().startAfter(token).maxAwaitTime(maxAwait.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Follows everything that happened at that time or later. */
    MongoChangeStreamCursor<BsonDocument> from(BsonTimestamp time) {
        return cursor(stream().startAtOperationTime(time).maxAwaitTime(maxAwait.toMillis(), TimeUnit.MILLISECONDS));
    }

    private ChangeStreamIterable<BsonDocument> stream() {
        return link.database().watch(pipeline.stages(), BsonDocument.class).batchSize(batchSize);
    }

    /** The driver promises a plain cursor for whole events as bytes, but only its change stream cursor knows the position. */
    private static MongoChangeStreamCursor<BsonDocument> cursor(ChangeStreamIterable<BsonDocument> stream) {
        return (MongoChangeStreamCursor<BsonDocument>)
                stream.withDocumentClass(BsonDocument.class).cursor();
    }

    /** Where the history ends now. */
    private FeedToken now() {
        return link.call("look up the end of the history", database -> {
            BsonTimestamp time = operationTime();
            try (MongoChangeStreamCursor<BsonDocument> probe =
                    cursor(stream().maxAwaitTime(1, TimeUnit.MILLISECONDS))) {
                // A cursor knows its position only once it has been asked for an event.
                probe.tryNext();
                BsonDocument token = probe.getResumeToken();
                if (token != null) {
                    return FeedToken.of(token, pipeline.fingerprint(), time);
                }
            }
            // A server that does not say: without a token of this pipeline the feed starts at the time.
            return new FeedToken(new BsonDocument(), "", time);
        });
    }

    private BsonTimestamp operationTime() {
        try (ClientSession session = link.client().startSession()) {
            link.client().getDatabase("admin").runCommand(session, new BsonDocument("ping", new BsonInt32(1)));
            BsonTimestamp time = session.getOperationTime();
            if (time == null) {
                throw new SyncException(
                        FaultCode.STANDALONE,
                        "Cannot follow the changes: the server's answers have no operation time.");
            }
            return time;
        }
    }
}
