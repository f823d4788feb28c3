package io.tandem.engine.scan;

import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.Watermark;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.scan.Alignment.Row;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import java.util.Optional;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Compares one range of one collection and queues the keys that differ. Used by one thread at a time; {@link #rest()} by
 * any.
 */
final class RangeScan {
    private static final int ROWS_PER_STEP = 1000;
    private static final int UNSETTLED_LIMIT = 20_000;

    private final KeyScanner scanner;
    private final DirtyKeys queue;
    private final CollectionScan collection;
    private final Range range;
    private final Watermark<BsonValue> watermark = new Watermark<>(UNSETTLED_LIMIT);
    private @Nullable Alignment rows;
    private Optional<BsonValue> read;
    private volatile boolean ended;

    RangeScan(KeyScanner scanner, DirtyKeys queue, CollectionScan collection, Range range) {
        this.scanner = scanner;
        this.queue = queue;
        this.collection = collection;
        this.range = range;
        this.read = range.after();
    }

    /** Compares some more; returns whether it could do anything. After an exception it goes on where it stopped. */
    boolean step() {
        if (ended || !queue.hasRoom(Lane.BACKGROUND) || watermark.isFull()) {
            return false;
        }
        boolean keepOpen = false;
        try {
            Alignment open = rows;
            if (open == null) {
                open = new Alignment(scanner, collection.name(), new Range(read, range.upTo()), collection.readsHub());
                rows = open;
            }
            boolean room = true;
            for (int i = 0; i < ROWS_PER_STEP && room; i++) {
                Optional<Row> row = open.next();
                if (row.isEmpty()) {
                    ended = true;
                    break;
                }
                boolean added = take(row.get());
                read = Optional.of(row.get().id());
                room = !added || queue.hasRoom(Lane.BACKGROUND);
            }
            keepOpen = !ended;
            return true;
        } finally {
            if (!keepOpen) {
                close();
            }
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether every key found is settled. */
    boolean isSettled() {
        return watermark.isSettled();
    }

    /** The range that is still to be settled; empty when nothing is. */
    Optional<Range> rest() {
        if (ended && isSettled()) {
            return Optional.empty();
        }
        Optional<BsonValue> reached = watermark.reached();
        return Optional.of(new Range(reached.isPresent() ? reached : range.after(), range.upTo()));
    }

    void close() {
        Alignment open = rows;
        rows = null;
        if (open != null) {
            open.close();
        }
    }

    /** Returns whether it differs. */
    private boolean take(Row row) {
        ContentHash local = row.local().map(Scanned::hash).orElse(ContentHash.DELETED);
        if (!differs(row, local)) {
            return pass(row);
        }
        DocKey key = DocKey.of(collection.name(), row.id());
        if (!row.base().isOpen() && collection.isLeftAlone(key, local)) {
            return pass(row);
        }
        collection.compared(true);
        Optional<Side> deleteTowards = inferredDelete(row);
        if (deleteTowards.isPresent()) {
            collection.keepBack(key, deleteTowards.get(), watermark.pass(row.id()));
        } else {
            queue.add(key, Hints.NONE, Lane.BACKGROUND, Optional.of(watermark.pass(row.id())));
        }
        return true;
    }

    private boolean pass(Row row) {
        collection.compared(false);
        watermark.passIdle(row.id());
        return false;
    }

    private boolean differs(Row row, ContentHash local) {
        BaseRecord base = row.base();
        StateId agreed = base.state().orElse(StateId.NEVER);
        if (base.isOpen() || !agreed.hash().equals(local)) {
            return true;
        }
        if (!collection.readsHub()) {
            return false;
        }
        if (row.hub().isEmpty()) {
            return base.isLive();
        }
        Optional<SyncMeta> meta = row.hub().get().meta();
        boolean valid =
                meta.isPresent() && meta.get().hash().equals(row.hub().get().hash());
        return !valid || !meta.get().state().equals(agreed);
    }

    /** A live base state without a document means that somebody deleted it, or that something went badly wrong. */
    private Optional<Side> inferredDelete(Row row) {
        if (!row.base().isLive()) {
            return Optional.empty();
        }
        if (row.local().isEmpty()) {
            return Optional.of(Side.HUB);
        }
        return collection.readsHub() && row.hub().isEmpty() ? Optional.of(Side.LOCAL) : Optional.empty();
    }
}
