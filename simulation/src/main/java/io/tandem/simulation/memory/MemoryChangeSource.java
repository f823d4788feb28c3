package io.tandem.simulation.memory;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.Position;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** A feed over a database's history. A position is {@code {sequence: <64-bit>}}: the last entry that was seen. */
public final class MemoryChangeSource implements ChangeSource {
    private static final String SEQUENCE = "sequence";
    private static final int BATCH = 16;

    private final MemoryDatabase database;
    private final Optional<String> device;

    /** @param device whose heartbeats are reported; empty for none */
    public MemoryChangeSource(MemoryDatabase database, Optional<String> device) {
        this.database = database;
        this.device = device;
    }

    public static Position position(long sequence) {
        return new Position(new BsonDocument(SEQUENCE, new BsonInt64(sequence)));
    }

    /** The number in a position made by {@link #position(long)}; empty for a damaged one. */
    public static Optional<Long> sequence(Position position) {
        return position.token().get(SEQUENCE) instanceof BsonInt64 number
                ? Optional.of(number.getValue())
                : Optional.empty();
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        if (database.isStandalone()) {
            throw new SyncException(FaultCode.STANDALONE, "opening a change feed: the server is a standalone");
        }
        if (after.isEmpty()) {
            return new Feed(database.lastSequence());
        }
        long sequence = sequence(after.get())
                .filter(s -> s >= 0 && s <= database.lastSequence())
                .orElseThrow(() -> new SyncException(
                        FaultCode.INVALID_POSITION, "opening a change feed: position " + after.get() + " is damaged"));
        if (sequence + 1 < database.firstSequence()) {
            throw new SyncException(
                    FaultCode.HISTORY_LOST,
                    "opening a change feed after " + sequence + ": history begins at " + database.firstSequence());
        }
        return new Feed(sequence);
    }

    private final class Feed implements ChangeFeed {
        private long sequence;
        private boolean invalidated;

        Feed(long sequence) {
            this.sequence = sequence;
        }

        @Override
        public synchronized List<FeedEvent> poll() {
            if (invalidated) {
                return List.of();
            }
            if (sequence + 1 < database.firstSequence()) {
                throw new SyncException(FaultCode.HISTORY_LOST, "following changes: history was cut off");
            }
            long end = database.lastSequence();
            List<MemoryDatabase.Change> changes = database.changesAfter(sequence, device, BATCH);
            sequence = changes.size() < BATCH
                    ? end
                    : changes.get(changes.size() - 1).sequence();
            for (int i = 0; i < changes.size(); i++) {
                if (changes.get(i).kind() == FeedEvent.Kind.INVALIDATED) {
                    invalidated = true;
                    sequence = changes.get(i).sequence();
                    changes = changes.subList(0, i + 1);
                }
            }
            return changes.stream().map(MemoryChangeSource::event).toList();
        }

        @Override
        public synchronized Position position() {
            return MemoryChangeSource.position(sequence);
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }

    private static FeedEvent event(MemoryDatabase.Change change) {
        return new FeedEvent(
                change.kind(),
                change.collection(),
                change.id(),
                change.serverMillis(),
                change.version(),
                change.renamedTo(),
                position(change.sequence()));
    }
}
