package io.tandem.engine.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.FindOneAndDeleteOptions;
import com.mongodb.client.model.FindOneAndReplaceOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One replace or delete whose {@link Guard} is not exact: the server hands out what it overwrote, and that is compared byte
 * by byte. Used once, by one thread.
 *
 * <p>The rare case is that the guard matched something that nobody saw: equal in value but not in bytes, or a large document
 * that changed without changing its size. Then what was overwritten is put back, again by an exchange, whose own guard is
 * what we wrote. That one may in turn overwrite something unseen, which then has to be put back, and so on; each turn needs
 * another program that writes the key within the same milliseconds. When somebody has written over our document meanwhile,
 * what we overwrote has no place in the database any more and goes to the conflict log.
 */
final class Exchange {
    private static final int TURNS = 10;

    private final MongoCollection<RawBsonDocument> collection;
    private final DocKey key;
    private final int wireVersion;
    private final boolean collated;
    private final boolean bypassValidation;
    private final Consumer<Doc> unplaced;

    /**
     * An exchange.
     *
     * @param unplaced takes a document that was overwritten unseen and could not be put back
     */
    Exchange(
            MongoCollection<RawBsonDocument> collection,
            DocKey key,
            int wireVersion,
            boolean collated,
            boolean bypassValidation,
            Consumer<Doc> unplaced) {
        this.collection = collection;
        this.key = key;
        this.wireVersion = wireVersion;
        this.collated = collated;
        this.bypassValidation = bypassValidation;
        this.unplaced = unplaced;
    }

    /** Carries out a swap that has seen a document. */
    Outcome run(Swap swap) {
        Doc seen = swap.seen().orElseThrow();
        if (swap.isStamp()) {
            return stamp(seen, swap);
        }
        Optional<Doc> found = turn(seen, swap.next().map(Doc::of));
        if (found.isEmpty()) {
            return Outcome.MISSED;
        }
        if (found.get().equals(seen)) {
            return Outcome.APPLIED;
        }
        return putBack(swap.next().map(Doc::of), found.get()) ? Outcome.MISSED : Outcome.UNKNOWN;
    }

    /**
     * Nothing has to be put back when something unseen got the stamp: its content is as it was, and metadata that was not made for it
     * counts as none.
     */
    private Outcome stamp(Doc seen, Swap swap) {
        Guard guard = Guard.of(key, seen, SwapStatements.sentBytes(swap), wireVersion, collated);
        RawBsonDocument found = collection.findOneAndUpdate(
                guard.filter(), SwapStatements.stamp(swap.next().orElseThrow()), updating());
        return found != null && Doc.of(found).equals(seen) ? Outcome.APPLIED : Outcome.MISSED;
    }

    private FindOneAndUpdateOptions updating() {
        return new FindOneAndUpdateOptions()
                .collation(collated ? null : SwapStatements.SIMPLE)
                .bypassDocumentValidation(bypassValidation ? true : null)
                .returnDocument(ReturnDocument.BEFORE);
    }

    /** Returns whether nobody had changed what was written before it was taken back. */
    private boolean putBack(Optional<Doc> written, Doc overwritten) {
        Optional<Doc> ours = written;
        Doc homeless = overwritten;
        for (int i = 0; i < TURNS; i++) {
            if (ours.isEmpty()) {
                boolean inserted = insert(homeless);
                if (!inserted) {
                    unplaced.accept(homeless);
                }
                return inserted && i == 0;
            }
            Optional<Doc> found = turn(ours.get(), Optional.of(homeless));
            if (found.isEmpty()) {
                unplaced.accept(homeless);
                return false;
            }
            if (found.get().equals(ours.get())) {
                return i == 0;
            }
            ours = Optional.of(homeless);
            homeless = found.get();
        }
        unplaced.accept(homeless);
        return false;
    }

    private boolean insert(Doc document) {
        try {
            collection.insertOne(document.stored());
            return true;
        } catch (MongoException e) {
            if (DriverFaults.isDuplicateKey(e.getCode())) {
                return false;
            }
            throw e;
        }
    }

    /** Replaces or deletes what the guard of {@code expected} matches; returns it. */
    private Optional<Doc> turn(Doc expected, Optional<Doc> next) {
        Guard guard = Guard.of(key, expected, next.map(Doc::size).orElse(0), wireVersion, collated);
        return Optional.ofNullable(exchange(guard.filter(), next)).map(Doc::of);
    }

    private @Nullable RawBsonDocument exchange(BsonDocument filter, Optional<Doc> next) {
        Collation collation = collated ? null : SwapStatements.SIMPLE;
        if (next.isEmpty()) {
            return collection.findOneAndDelete(filter, new FindOneAndDeleteOptions().collation(collation));
        }
        RawBsonDocument document = next.get().stored();
        if (SwapStatements.needsPipeline(document)) {
            return collection.findOneAndUpdate(filter, List.of(SwapStatements.replaceWith(document)), updating());
        }
        return collection.findOneAndReplace(
                filter,
                document,
                new FindOneAndReplaceOptions()
                        .collation(collation)
                        .bypassDocumentValidation(bypassValidation ? true : null)
                        .returnDocument(ReturnDocument.BEFORE));
    }
}
