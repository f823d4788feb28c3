package io.tandem.engine.mongo;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.scan.KeyScanner.Pages;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A collated collection's documents in the simple order. Used by one thread. Its {@code _id} index has another order, so the
 * server sorts the ids alone, on disk if it must, and the documents are then read by them.
 */
final class CollatedPages implements Pages<Scanned> {
    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));
    /** Ids fetched at a time. */
    private static final int IDS = 1000;

    private final Link link;
    private final String collection;
    private final Range range;
    private final boolean withMeta;
    private final PageSize size = new PageSize();
    private @Nullable MongoCursor<RawBsonDocument> ids;
    private boolean ended;

    CollatedPages(Link link, String collection, Range range, boolean withMeta) {
        this.link = link;
        this.collection = collection;
        this.range = range;
        this.withMeta = withMeta;
    }

    @Override
    public List<Scanned> next() {
        while (!ended) {
            List<BsonValue> wanted = link.call("scan " + collection, database -> nextIds());
            List<Scanned> page = read(wanted);
            // All of them may have been deleted since the ids were sorted.
            if (!page.isEmpty()) {
                return page;
            }
        }
        return List.of();
    }

    private List<BsonValue> nextIds() {
        MongoCursor<RawBsonDocument> cursor = ids;
        if (cursor == null) {
            cursor = open();
            ids = cursor;
        }
        List<BsonValue> result = new ArrayList<>();
        while (result.size() < size.documents() && cursor.hasNext()) {
            BsonValue id = Values.id(cursor.next());
            if (range.upTo().isPresent()
                    && BsonOrder.INSTANCE.compare(id, range.upTo().get()) > 0) {
                ended = true;
                return result;
            }
            if (range.after().isEmpty()
                    || BsonOrder.INSTANCE.compare(id, range.after().get()) > 0) {
                result.add(id);
            }
        }
        ended = result.size() < size.documents();
        return result;
    }

    private MongoCursor<RawBsonDocument> open() {
        FindIterable<RawBsonDocument> query = link.database()
                .getCollection(collection, RawBsonDocument.class)
                .find()
                .projection(BY_ID)
                .sort(BY_ID)
                .collation(SwapStatements.SIMPLE)
                .batchSize(IDS);
        return (link.wireVersion() >= Link.WIRE_4_4 ? query.allowDiskUse(true) : query).cursor();
    }

    private List<Scanned> read(List<BsonValue> wanted) {
        Map<DocKey, Scanned> found = new HashMap<>();
        long bytes = 0;
        for (RawBsonDocument document : MongoStateReader.find(link, collection, wanted)) {
            byte[] whole = BsonBytes.of(document);
            Scanned scanned = Reduced.from(whole, whole.length, withMeta).scanned();
            bytes += whole.length;
            found.put(DocKey.of(collection, scanned.id()), scanned);
        }
        size.learn(found.size(), bytes);
        return wanted.stream()
                .map(id -> Optional.ofNullable(found.get(DocKey.of(collection, id))))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        ended = true;
        if (ids != null) {
            ids.close();
        }
    }
}
