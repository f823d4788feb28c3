package io.tandem.engine.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaxKey;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * Base states in the local collection {@code _sync_state}; see {@link BaseDocuments} for its fields. Thread-safe.
 *
 * <p>Every write is conditional on the fence that the stored document carries: once a later agent has written a key, an
 * earlier one can no longer, and learns so.
 */
final class MongoBaseStore implements BaseStore {
    private static final int KEYS = 1000;
    /** Bytes of one bulk; base contents make documents large. */
    private static final long BULK_BYTES = 40L * 1024 * 1024;
    /** A key whose write was refused although nobody fenced it is tried again so often: two writers met. */
    private static final int ATTEMPTS = 3;

    private final Link local;
    private final String collection;
    private volatile long fence;
    private volatile boolean indexed;

    MongoBaseStore(Link local, Names names) {
        this.local = local;
        this.collection = names.state();
    }

    /** Sets the fence of the lease under which the following writes are made. */
    void fence(long current) {
        fence = current;
    }

    @Override
    public Map<DocKey, BaseRecord> load(Collection<DocKey> keys) {
        Map<DocKey, BaseRecord> result = new HashMap<>();
        for (List<DocKey> part : Values.parts(List.copyOf(keys), KEYS)) {
            List<BsonDocument> ids = part.stream().map(Values::keyDocument).toList();
            for (RawBsonDocument stored : MongoStateReader.find(local, collection, ids)) {
                BsonDocument fields = BsonBytes.fields(stored);
                result.put(Values.key(fields.getDocument("_id")), BaseDocuments.read(fields));
            }
        }
        return result;
    }

    @Override
    public void save(Map<DocKey, BaseRecord> records) {
        save(records, any -> false);
    }

    /** Adding a document costs a server much less than looking for one to replace. */
    @Override
    public void save(Map<DocKey, BaseRecord> records, Predicate<DocKey> isNew) {
        if (records.isEmpty()) {
            return;
        }
        ensureIndexes();
        Map<DocKey, BaseRecord> batch = new HashMap<>();
        long bytes = 0;
        for (Map.Entry<DocKey, BaseRecord> entry : records.entrySet()) {
            long size = size(entry.getValue());
            if (batch.size() >= KEYS || bytes + size > BULK_BYTES) {
                saveBatch(batch, isNew);
                batch = new HashMap<>();
                bytes = 0;
            }
            batch.put(entry.getKey(), entry.getValue());
            bytes += size;
        }
        saveBatch(batch, isNew);
    }

    private static long size(BaseRecord record) {
        return BaseDocuments.contentBytes(record) + 256L;
    }

    private void saveBatch(Map<DocKey, BaseRecord> batch, Predicate<DocKey> isNew) {
        List<DocKey> keys = List.copyOf(batch.keySet());
        for (int attempt = 1; !keys.isEmpty(); attempt++) {
            List<DocKey> now = keys;
            Predicate<DocKey> adds = attempt == 1 ? isNew : any -> false;
            keys = local.with(collection, "save base states in", states -> write(states, now, batch, adds));
            if (!keys.isEmpty()) {
                refuseIfFenced(keys);
                if (attempt == ATTEMPTS) {
                    throw new SyncException(
                            FaultCode.LOCAL_UNREACHABLE,
                            "Cannot save " + keys.size() + " base states in " + collection
                                    + ": other writers kept getting in between. It is tried again.");
                }
            }
        }
    }

    /** Writes; returns the keys that may not be written. */
    private List<DocKey> write(
            MongoCollection<RawBsonDocument> states,
            List<DocKey> keys,
            Map<DocKey, BaseRecord> batch,
            Predicate<DocKey> adds) {
        long current = fence;
        List<WriteModel<RawBsonDocument>> statements = new ArrayList<>();
        List<DocKey> forgotten = new ArrayList<>();
        for (DocKey key : keys) {
            BaseRecord record = batch.getOrDefault(key, BaseRecord.NONE);
            BsonDocument mine = Values.byId(Values.keyDocument(key)).append(BaseDocuments.FENCE, notAbove(current));
            if (record.equals(BaseRecord.NONE)) {
                forgotten.add(key);
                statements.add(new DeleteOneModel<>(mine));
            } else if (adds.test(key)) {
                statements.add(new InsertOneModel<>(BsonBytes.raw(BaseDocuments.write(key, record, current))));
            } else {
                statements.add(new ReplaceOneModel<>(
                        mine,
                        BsonBytes.raw(BaseDocuments.write(key, record, current)),
                        new ReplaceOptions().upsert(true)));
            }
        }
        try {
            BulkWriteResult result = states.bulkWrite(statements, new BulkWriteOptions().ordered(false));
            if (result.getDeletedCount() < forgotten.size()) {
                refuseIfFenced(forgotten);
            }
            return List.of();
        } catch (MongoBulkWriteException e) {
            boolean onlyTaken = e.getWriteConcernError() == null
                    && e.getWriteErrors().stream().allMatch(error -> DriverFaults.isDuplicateKey(error.getCode()));
            if (!onlyTaken) {
                throw e;
            }
            // The filter left out a document with a later fence, so the upsert tried to add a second; or there is one
            // by now.
            return e.getWriteErrors().stream()
                    .map(error -> keys.get(error.getIndex()))
                    .toList();
        }
    }

    private static BsonDocument notAbove(long fence) {
        return new BsonDocument("$lte", Values.number(fence));
    }

    private void refuseIfFenced(List<DocKey> keys) {
        List<BsonDocument> ids = keys.stream().map(Values::keyDocument).toList();
        refuseIfFenced(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids))));
    }

    private void refuseIfFenced(BsonDocument among) {
        BsonDocument later = among.append(BaseDocuments.FENCE, new BsonDocument("$gt", Values.number(fence)));
        boolean fenced = local.with(
                collection, "read base states of", states -> states.find(later).first() != null);
        if (fenced) {
            throw new SyncException(
                    FaultCode.FENCED,
                    "Cannot save base states: another agent of this device has written them under a later lease than "
                            + fence + ". " + FaultCode.FENCED.remedy());
        }
    }

    @Override
    public List<DocKey> dirty(Optional<DocKey> after, int limit) {
        BsonDocument from = after.map(Values::keyDocument).orElseGet(BsonDocument::new);
        BsonDocument filter = new BsonDocument(BaseDocuments.MARKED, new BsonDocument("$gt", from));
        return local.with(collection, "list dirty marks of", states -> {
            List<DocKey> keys = new ArrayList<>();
            states.find(filter)
                    .sort(new BsonDocument(BaseDocuments.MARKED, new BsonInt32(1)))
                    .projection(new BsonDocument("_id", new BsonInt32(1)))
                    .limit(limit)
                    .forEach(stored -> keys.add(Values.key(stored.getDocument("_id"))));
            return keys;
        });
    }

    @Override
    public long countDirty() {
        return count(new BsonDocument(BaseDocuments.MARKED, new BsonDocument("$gt", new BsonDocument())));
    }

    @Override
    public long countLive(String name) {
        return count(new BsonDocument(BaseDocuments.LIVE, new BsonString(name)));
    }

    /** By the {@code count} command, which is answered from an index alone where the aggregation would not be. */
    private long count(BsonDocument query) {
        BsonDocument command = new BsonDocument("count", new BsonString(collection)).append("query", query);
        return local.call("count base states", database -> {
            BsonDocument reply = database.runCommand(command, RawBsonDocument.class);
            return reply.get("n") instanceof BsonNumber n ? n.longValue() : 0L;
        });
    }

    @Override
    public long forgetDeletedBefore(long versionTime) {
        BsonDocument filter = new BsonDocument(BaseDocuments.DELETED, BsonBoolean.TRUE)
                .append(BaseDocuments.VERSION, new BsonDocument("$lt", Values.number(versionTime)))
                .append(BaseDocuments.INTENT, absent())
                .append(BaseDocuments.PUSHING, absent())
                .append(BaseDocuments.DIRTY, absent())
                .append(BaseDocuments.FENCE, notAbove(fence));
        return deleteAll("forget deletes in", filter);
    }

    /** A bounded number at a time, so that no single command keeps the server silent for long. */
    private long deleteAll(String attempt, BsonDocument filter) {
        long deleted = 0;
        while (true) {
            List<BsonValue> ids = local.with(
                    collection,
                    attempt,
                    states -> states.find(filter)
                            .projection(new BsonDocument("_id", new BsonInt32(1)))
                            .limit(KEYS)
                            .map(Values::id)
                            .into(new ArrayList<>()));
            if (ids.isEmpty()) {
                return deleted;
            }
            BsonDocument these = filter.clone().append("_id", new BsonDocument("$in", new BsonArray(ids)));
            deleted += local.with(
                    collection, attempt, states -> states.deleteMany(these).getDeletedCount());
        }
    }

    /** Jumps along the {@code _id} index: one question per collection, however many keys it has. */
    @Override
    public Set<String> collections() {
        Set<String> result = new TreeSet<>();
        BsonDocument after = new BsonDocument();
        while (true) {
            Optional<String> next = collectionAfter(after);
            if (next.isEmpty() || !result.add(next.get())) {
                return result;
            }
            after = Values.keyDocument(next.get(), new BsonMaxKey());
        }
    }

    private Optional<String> collectionAfter(BsonDocument key) {
        return local.with(
                collection,
                "list the collections of",
                states -> Optional.ofNullable(states.find(new BsonDocument("_id", new BsonDocument("$gt", key)))
                                .sort(new BsonDocument("_id", new BsonInt32(1)))
                                .projection(new BsonDocument("_id", new BsonInt32(1)))
                                .first())
                        .map(stored -> stored.getDocument("_id").getString("c").getValue()));
    }

    @Override
    public void forgetAll() {
        BsonDocument mine = new BsonDocument(BaseDocuments.FENCE, notAbove(fence));
        deleteAll("forget everything in", mine);
        refuseIfFenced(new BsonDocument());
    }

    private static BsonDocument absent() {
        return new BsonDocument("$exists", BsonBoolean.FALSE);
    }

    /** Only before writing: looking must not make anything. */
    private void ensureIndexes() {
        if (indexed) {
            return;
        }
        BsonDocument ascending = new BsonDocument(BaseDocuments.LIVE, new BsonInt32(1));
        IndexModel live =
                new IndexModel(ascending, new IndexOptions().name("live").sparse(true));
        IndexModel marked = new IndexModel(
                new BsonDocument(BaseDocuments.MARKED, new BsonInt32(1)),
                new IndexOptions().name("marked").sparse(true));
        IndexModel deleted = new IndexModel(
                new BsonDocument(BaseDocuments.DELETED, new BsonInt32(1))
                        .append(BaseDocuments.VERSION, new BsonInt32(1)),
                new IndexOptions()
                        .name("deleted")
                        .partialFilterExpression(new BsonDocument(BaseDocuments.DELETED, BsonBoolean.TRUE)));
        local.with(collection, "make the indexes of", states -> states.createIndexes(List.of(live, marked, deleted)));
        indexed = true;
    }
}
