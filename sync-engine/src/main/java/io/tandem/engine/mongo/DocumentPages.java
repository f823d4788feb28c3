package io.tandem.engine.mongo;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A collection's documents along its {@code _id} index. Used by one thread.
 *
 * <p>Each page is a query of its own that starts at the last {@code _id} seen, so that nothing is open on the server while the
 * caller works, and no cursor can time out. The bounds are index bounds ({@code min}), because {@code $gt} stays within one
 * type of values; {@code min} includes its value and is skipped here.
 */
final class DocumentPages implements ReadAhead.Source<Scanned> {
    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));

    private final Link link;
    private final String collection;
    private final Optional<BsonValue> upTo;
    private final boolean withMeta;
    private final PageSize size = new PageSize();
    private Optional<BsonValue> after;
    private boolean ended;

    DocumentPages(Link link, String collection, Range range, boolean withMeta) {
        this.link = link;
        this.collection = collection;
        this.after = range.after();
        this.upTo = range.upTo();
        this.withMeta = withMeta;
    }

    @Override
    public List<Scanned> next() {
        if (ended) {
            return List.of();
        }
        List<Scanned> page = link.with(collection, "scan", this::read);
        if (!page.isEmpty()) {
            after = Optional.of(page.get(page.size() - 1).id());
        }
        return page;
    }

    @Override
    public boolean isNextSmall() {
        return size.isSmall();
    }

    private List<Scanned> read(MongoCollection<RawBsonDocument> documents) {
        // One more for the value that min includes.
        int limit = size.documents() + (after.isPresent() ? 1 : 0);
        FindIterable<Reduced> query = Reduced.of(documents, withMeta)
                .find()
                .sort(BY_ID)
                .hint(BY_ID)
                .limit(limit)
                .batchSize(limit);
        after.ifPresent(id -> query.min(new BsonDocument("_id", id)));
        Reading reading = new Reading();
        for (Reduced document : query) {
            reading.take(document);
        }
        size.learn(reading.documents, reading.bytes);
        ended = reading.beyond || reading.documents < limit;
        return reading.page;
    }

    @Override
    public void close() {
        ended = true;
    }

    /** One page as it comes in. */
    private final class Reading {
        private final List<Scanned> page = new ArrayList<>();
        private int documents;
        private long bytes;
        private boolean beyond;

        void take(Reduced document) {
            documents++;
            bytes += document.bytes();
            BsonValue id = document.scanned().id();
            boolean before = after.isPresent() && BsonOrder.INSTANCE.compare(id, after.get()) <= 0;
            beyond = beyond || (upTo.isPresent() && BsonOrder.INSTANCE.compare(id, upTo.get()) > 0);
            if (!before && !beyond) {
                page.add(document.scanned());
            }
        }
    }
}
