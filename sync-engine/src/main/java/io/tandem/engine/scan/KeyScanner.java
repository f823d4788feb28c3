package io.tandem.engine.scan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import java.util.List;
import java.util.Optional;
import org.bson.BsonValue;

/**
 * Reads whole collections in {@code _id} order. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE} or {@code HUB_UNREACHABLE}.
 */
public interface KeyScanner {
    /** The database's collections, internal ones left out, views and the like included and marked. */
    List<CollectionInfo> collections(Side side);

    /** Documents in a collection, from the server's statistics; 0 when it does not exist. */
    long estimate(Side side, String collection);

    /** Values of {@code _id} that cut the larger side's collection into about equal ranges; at most {@code ranges - 1}. */
    List<BsonValue> split(String collection, int ranges);

    /** A side's documents within a range. */
    Pages<Scanned> documents(Side side, String collection, Range range);

    /** The base states within a range. */
    Pages<ScannedBase> bases(String collection, Range range);

    /**
     * A range of {@code _id} values in the server's order.
     *
     * @param after leaves out this value and everything before it
     * @param upTo includes this value, leaves out everything after it
     */
    record Range(Optional<BsonValue> after, Optional<BsonValue> upTo) {
        public static final Range ALL = new Range(Optional.empty(), Optional.empty());
    }

    /** Elements in {@code _id} order, a page at a time. Used by one thread. */
    interface Pages<T> extends AutoCloseable {
        /** The next elements; empty at the end. */
        List<T> next();

        @Override
        void close();
    }

    /**
     * A document, reduced to what a comparison needs.
     *
     * @param id its {@code _id}
     * @param hash of its content
     * @param meta its metadata, whether it fits or not; only on the hub
     */
    record Scanned(BsonValue id, ContentHash hash, Optional<SyncMeta> meta) {}

    /**
     * A base state.
     *
     * @param id the document's {@code _id}
     * @param record what is remembered, base content left out
     */
    record ScannedBase(BsonValue id, BaseRecord record) {}

    /**
     * A collection.
     *
     * @param name its name
     * @param syncable whether it is an ordinary collection
     * @param kind {@code collection}, {@code view}, {@code timeseries} or {@code capped}
     */
    record CollectionInfo(String name, boolean syncable, String kind) {}
}
