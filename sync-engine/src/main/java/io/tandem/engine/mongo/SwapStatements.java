package io.tandem.engine.mongo;

import com.mongodb.client.model.Collation;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.DeleteOptions;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.write.Swap;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Swaps as statements of a bulk write. Stateless. */
final class SwapStatements {
    /** Compares strings by their bytes, whatever the collection does. */
    static final Collation SIMPLE = Collation.builder().locale("simple").build();

    private static final byte TIMESTAMP = 0x11;
    private static final byte[] ZERO = new byte[Long.BYTES];
    private static final byte[] ID = {'_', 'i', 'd'};

    private SwapStatements() {}

    /** Whether the {@code _id} index of a collated collection sorts this value by its collation. */
    static boolean isCollatable(BsonValue id) {
        return id.isString() || id.isDocument() || id.isArray() || id.isSymbol();
    }

    static WriteModel<RawBsonDocument> of(Swap swap, Optional<Guard> guard) {
        if (guard.isEmpty()) {
            RawBsonDocument fresh = swap.next().orElseThrow();
            return hasEmptyTimestamp(fresh) ? insertAsIs(swap.key(), fresh) : new InsertOneModel<>(fresh);
        }
        BsonDocument filter = guard.get().filter();
        if (swap.next().isEmpty()) {
            return new DeleteOneModel<>(filter, new DeleteOptions().collation(SIMPLE));
        }
        RawBsonDocument next = swap.next().get();
        if (swap.isStamp()) {
            return new UpdateOneModel<>(filter, stamp(next), new UpdateOptions().collation(SIMPLE));
        }
        return needsPipeline(next)
                ? new UpdateOneModel<>(filter, List.of(replaceWith(next)), new UpdateOptions().collation(SIMPLE))
                : new ReplaceOneModel<>(filter, next, new ReplaceOptions().collation(SIMPLE));
    }

    /**
     * Sets nothing but the metadata. Besides the bytes that it saves: servers before 5.0 check a document that replaces another, and refuse
     * nested names that begin with {@code $} although they have stored them, while of an update they check only what it sets.
     */
    static BsonDocument stamp(RawBsonDocument next) {
        BsonValue meta = Objects.requireNonNull(next.get(SyncMeta.FIELD));
        return new BsonDocument("$set", new BsonDocument(SyncMeta.FIELD, meta));
    }

    /** How many bytes of a swap's next document are sent. */
    static int sentBytes(Swap swap) {
        return swap.next()
                .map(next -> swap.isStamp()
                        ? BsonBytes.encode(stamp(next)).length
                        : next.getByteBuffer().remaining())
                .orElse(0);
    }

    /**
     * An insert that servers do not improve: an update that matches nothing and therefore adds what its pipeline makes. Where a
     * document is, it fails with a duplicate key like an insert.
     */
    private static UpdateOneModel<RawBsonDocument> insertAsIs(DocKey key, RawBsonDocument document) {
        BsonDocument nothing = Values.byId(key.id()).append("$nor", new BsonArray(List.of(new BsonDocument())));
        return new UpdateOneModel<>(nothing, List.of(replaceWith(document)), new UpdateOptions().upsert(true));
    }

    /**
     * Whether a plain replacement would not store the document as it is: drivers and servers take a top-level name that starts
     * with {@code $} for an operator, and servers put the current time in the place of an empty timestamp.
     */
    static boolean needsPipeline(RawBsonDocument document) {
        byte[] bytes = BsonBytes.of(document);
        return BsonBytes.anyElement(
                bytes, (type, name, value) -> bytes[name] == '$' || isEmptyTimestamp(bytes, type, name, value));
    }

    private static boolean hasEmptyTimestamp(RawBsonDocument document) {
        byte[] bytes = BsonBytes.of(document);
        return BsonBytes.anyElement(bytes, (type, name, value) -> isEmptyTimestamp(bytes, type, name, value));
    }

    private static boolean isEmptyTimestamp(byte[] bytes, byte type, int name, int value) {
        return type == TIMESTAMP
                && Arrays.equals(bytes, value, value + ZERO.length, ZERO, 0, ZERO.length)
                && !Arrays.equals(bytes, name, value - 1, ID, 0, ID.length);
    }

    static BsonDocument replaceWith(RawBsonDocument document) {
        return new BsonDocument("$replaceWith", new BsonDocument("$literal", document));
    }
}
