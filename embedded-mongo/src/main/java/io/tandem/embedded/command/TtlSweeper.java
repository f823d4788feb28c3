package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.store.ImmediateWriter;
import io.tandem.embedded.store.SecondaryIndex;
import io.tandem.embedded.store.Storage;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import java.time.Instant;
import java.util.Iterator;

/** Deletes what TTL indexes say has expired; each deletion is an ordinary change. One thread. */
public final class TtlSweeper {
    private final Server server;

    public TtlSweeper(Server server) {
        this.server = server;
    }

    public void sweep() {
        Storage storage = server.storage();
        for (String database : storage.databases()) {
            for (StoredCollection collection : storage.collections(database)) {
                for (SecondaryIndex index : collection.indexes()) {
                    Long seconds = index.spec().expireAfterSeconds();
                    if (seconds != null && index.spec().key().size() == 1) {
                        expire(collection, index, seconds);
                    }
                }
            }
        }
    }

    private void expire(StoredCollection collection, SecondaryIndex index, long seconds) {
        Instant limit = server.clock().now().minusSeconds(seconds);
        Document filter = new Document(index.firstField(), new Document("$lte", limit));
        Document partial = index.spec().partialFilter();
        Document both = partial == null ? filter : new Document("$and", java.util.List.of(filter, partial));
        FindQuery query = new FindQuery(both, new Document(), null);
        ImmediateWriter writer = new ImmediateWriter(server.storage());
        Iterator<StoredRecord> expired = query.records(collection);
        while (expired.hasNext()) {
            StoredRecord found = expired.next();
            server.storage().gate().enter();
            try {
                boolean current = server.storage().find(collection.namespace()) == collection;
                FindQuery.Match match = current ? query.match(collection, found.key()) : null;
                if (match != null) {
                    writer.delete(collection, match.record());
                }
            } finally {
                server.storage().gate().leave();
            }
        }
    }
}
