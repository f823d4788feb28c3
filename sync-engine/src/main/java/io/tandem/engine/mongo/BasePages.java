package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.ScannedBase;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.RawBsonDocument;

/**
 * A collection's base states in {@code _id} order. Used by one thread. Each page is a query of its own. All their ids are
 * documents {@code {c, i}}, which compare field by field across all types, so that plain ranges do.
 */
final class BasePages implements ReadAhead.Source<ScannedBase> {
    private static final int PAGE = 2000;

    private final Link local;
    private final String states;
    private final BsonDocument upTo;
    private BsonDocument bound;
    private boolean ended;

    BasePages(Link local, String states, String collection, Range range) {
        this.local = local;
        this.states = states;
        this.upTo = new BsonDocument(
                "$lte", Values.keyDocument(collection, range.upTo().orElseGet(BsonMaxKey::new)));
        this.bound = range.after()
                .map(id -> new BsonDocument("$gt", Values.keyDocument(collection, id)))
                .orElseGet(() -> new BsonDocument("$gte", Values.keyDocument(collection, new BsonMinKey())));
    }

    @Override
    public List<ScannedBase> next() {
        if (ended) {
            return List.of();
        }
        BsonDocument range = bound.clone();
        range.putAll(upTo);
        // Contents stay where they are: a scan compares hashes.
        BsonDocument withoutContents = new BsonDocument(BaseDocuments.CONTENT, new BsonInt32(0))
                .append(BaseDocuments.INTENT + "." + BaseDocuments.CONTENT, new BsonInt32(0))
                .append(BaseDocuments.PUSHING + "." + BaseDocuments.CONTENT, new BsonInt32(0));
        List<ScannedBase> page = local.with(states, "scan", documents -> {
            List<ScannedBase> result = new ArrayList<>();
            documents
                    .find(new BsonDocument("_id", range))
                    .projection(withoutContents)
                    .sort(new BsonDocument("_id", new BsonInt32(1)))
                    .limit(PAGE)
                    .batchSize(PAGE)
                    .forEach(stored -> result.add(scanned(stored)));
            return result;
        });
        ended = page.size() < PAGE;
        if (!page.isEmpty()) {
            ScannedBase last = page.get(page.size() - 1);
            bound = new BsonDocument("$gt", Values.keyDocument(collection(), last.id()));
        }
        return page;
    }

    private static ScannedBase scanned(RawBsonDocument stored) {
        BsonDocument fields = BsonBytes.fields(stored);
        return new ScannedBase(Values.idOfKey(fields.getDocument("_id")), BaseDocuments.read(fields));
    }

    /** Contents are left out. */
    @Override
    public boolean isNextSmall() {
        return true;
    }

    private String collection() {
        return upTo.getDocument("$lte").getString("c").getValue();
    }

    @Override
    public void close() {
        ended = true;
    }
}
