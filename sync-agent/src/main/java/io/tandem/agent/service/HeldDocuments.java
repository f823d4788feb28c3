package io.tandem.agent.service;

import com.mongodb.MongoException;
import com.mongodb.client.model.Filters;
import io.tandem.agent.view.HeldDeletesView;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.CollectionStatus.HeldDeletes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the documents that held-back deletes would remove, from the side that still has them. Any thread. */
final class HeldDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(HeldDocuments.class);
    private static final long QUERY_MILLIS = 5_000;

    /** What Tandem adds to documents in the hub; nobody's content. */
    private static final String SYNC_FIELD = "_sync";

    private final SyncEngine engine;
    private final DatabaseAccess local;
    private final DatabaseAccess hub;

    HeldDocuments(SyncEngine engine, DatabaseAccess local, DatabaseAccess hub) {
        this.engine = engine;
        this.local = local;
        this.hub = hub;
    }

    HeldDeletesView view(String collection, int limit) {
        List<BsonValue> ids = EngineCalls.call(() -> engine.heldDeletes(collection, limit));
        Optional<HeldDeletes> held = engine.status().collections().stream()
                .filter(one -> one.name().equals(collection))
                .findFirst()
                .flatMap(CollectionStatus::heldDeletes);
        String towards = held.map(HeldDeletes::towards).orElse("local");
        Map<BsonValue, BsonDocument> contents = read(towards.equals("atlas") ? hub : local, collection, ids);
        return new HeldDeletesView(
                collection,
                towards,
                held.map(HeldDeletes::before).orElse(0L),
                held.map(HeldDeletes::missing).orElse(0L),
                ids,
                ids.stream()
                        .map(id -> new HeldDeletesView.Item(id, Optional.ofNullable(contents.get(id))))
                        .toList());
    }

    /** Without an answer of the database the ids alone are a preview, too. */
    private static Map<BsonValue, BsonDocument> read(DatabaseAccess side, String collection, List<BsonValue> ids) {
        Map<BsonValue, BsonDocument> found = new HashMap<>();
        if (ids.isEmpty()) {
            return found;
        }
        try {
            side.database()
                    .getCollection(collection, BsonDocument.class)
                    .find(Filters.in("_id", ids))
                    .maxTime(QUERY_MILLIS, TimeUnit.MILLISECONDS)
                    .forEach(document -> {
                        document.remove(SYNC_FIELD);
                        found.put(document.get("_id", BsonNull.VALUE), document);
                    });
        } catch (MongoException | ServiceException unreadable) {
            LOG.debug("No content of held deletes in {} now", side.label(), unreadable);
        }
        return found;
    }
}
