package io.tandem.engine.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReplaceOptions;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.write.QuarantineStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * The changes that could not be applied, in the local collection {@code _sync_quarantine}. Thread-safe.
 *
 * <p>An entry is {@code {_id: {c: <collection>, i: <_id>}, id: <its identity for operators>, target: "LOCAL"|"HUB",
 * code: <FaultCode>, message, local?: <content>, hub?: <content>, attempts, firstAt: <date>, nextAt: <date>}}. Contents
 * are for looking at; they are left out when the entry would not be stored with them, since both sides still have theirs.
 */
final class MongoQuarantineStore implements QuarantineStore {
    /** Contents up to this size, both together, are kept. */
    private static final int CONTENT_BYTES = 12 * 1024 * 1024;
    /** Contents on one list; later entries come without. */
    private static final long LIST_BYTES = 32L * 1024 * 1024;
    /** Entries fetched at a time, since each may have megabytes. */
    private static final int FETCH = 20;

    private final Link local;
    private final String collection;
    private volatile boolean indexed;

    MongoQuarantineStore(Link local, Names names) {
        this.local = local;
        this.collection = names.quarantine();
    }

    @Override
    public void save(Detainee detainee) {
        ensureIndexes();
        boolean fits = size(detainee.local()) + (long) size(detainee.hub()) <= CONTENT_BYTES;
        local.with(collection, "save an entry in", entries -> {
            if (!fits) {
                return replace(entries, detainee, false);
            }
            try {
                return replace(entries, detainee, true);
            } catch (MongoException | BsonMaximumSizeExceededException refused) {
                if (DriverFaults.serverCode(refused).isEmpty() && refused instanceof MongoException) {
                    throw refused;
                }
                return replace(entries, detainee, false);
            }
        });
    }

    private static boolean replace(MongoCollection<RawBsonDocument> entries, Detainee detainee, boolean contents) {
        BsonDocument id = Values.keyDocument(detainee.key());
        entries.replaceOne(
                Values.byId(id), BsonBytes.raw(write(id, detainee, contents)), new ReplaceOptions().upsert(true));
        return contents;
    }

    private static int size(Optional<Doc> doc) {
        return doc.map(Doc::size).orElse(0);
    }

    private static BsonDocument write(BsonDocument id, Detainee detainee, boolean contents) {
        BsonDocument entry = new BsonDocument("_id", id)
                .append("id", new BsonString(idOf(detainee.key())))
                .append("target", new BsonString(detainee.target().name()))
                .append("code", new BsonString(detainee.code().name()))
                .append("message", new BsonString(detainee.message()));
        if (contents) {
            detainee.local().ifPresent(doc -> entry.append("local", doc.content()));
            detainee.hub().ifPresent(doc -> entry.append("hub", doc.content()));
        }
        return entry.append("attempts", new BsonInt32(detainee.attempts()))
                .append("firstAt", new BsonDateTime(detainee.firstMillis()))
                .append("nextAt", new BsonDateTime(detainee.nextMillis()));
    }

    /** The same for the same key. */
    private static String idOf(DocKey key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(key.collection().getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
        bytes.writeBytes(key.canonicalId());
        return ContentHash.of(bytes.toByteArray()).toString();
    }

    @Override
    public void remove(DocKey key) {
        local.with(
                collection, "remove an entry of", entries -> entries.deleteOne(Values.byId(Values.keyDocument(key))));
    }

    @Override
    public List<DocKey> due(long agentMillis, int limit) {
        BsonDocument filter = new BsonDocument("nextAt", new BsonDocument("$lte", new BsonDateTime(agentMillis)));
        return local.with(collection, "list", entries -> {
            List<DocKey> keys = new ArrayList<>();
            entries.find(filter)
                    .projection(new BsonDocument("_id", new BsonInt32(1)))
                    .sort(new BsonDocument("nextAt", new BsonInt32(1)))
                    .limit(limit)
                    .forEach(entry -> keys.add(Values.key(entry.getDocument("_id"))));
            return keys;
        });
    }

    @Override
    public List<Waiting> waiting(int limit) {
        return local.with(collection, "list", entries -> {
            List<Waiting> waiting = new ArrayList<>();
            BsonDocument fields = new BsonDocument();
            List.of("target", "code", "attempts", "firstAt", "nextAt")
                    .forEach(field -> fields.append(field, new BsonInt32(1)));
            entries.find()
                    .projection(fields)
                    .sort(new BsonDocument("_id", new BsonInt32(1)))
                    .limit(limit)
                    .forEach(entry -> waiting.add(new Waiting(
                            Values.key(entry.getDocument("_id")),
                            target(entry),
                            code(entry),
                            Values.number(entry, "attempts").orElse(1L).intValue(),
                            Values.date(entry, "firstAt").orElse(0L),
                            Values.date(entry, "nextAt").orElse(0L))));
            return waiting;
        });
    }

    private static Side target(BsonDocument entry) {
        return Values.text(entry, "target").orElse("").equals(Side.HUB.name()) ? Side.HUB : Side.LOCAL;
    }

    private static FaultCode code(BsonDocument entry) {
        return FaultCode.valueOf(Values.text(entry, "code").orElse(FaultCode.UNKNOWN.name()));
    }

    @Override
    public long count() {
        return local.with(collection, "count", entries -> entries.countDocuments());
    }

    @Override
    public List<QuarantineEntry> list(int limit) {
        return local.with(collection, "list", entries -> {
            List<QuarantineEntry> result = new ArrayList<>();
            long[] bytes = {0};
            entries.find()
                    .sort(new BsonDocument("firstAt", new BsonInt32(1)).append("_id", new BsonInt32(1)))
                    .limit(limit)
                    .batchSize(FETCH)
                    .forEach(entry -> {
                        bytes[0] += entry.getByteBuffer().remaining();
                        result.add(read(entry, bytes[0] <= LIST_BYTES));
                    });
            return result;
        });
    }

    private static QuarantineEntry read(BsonDocument entry, boolean contents) {
        DocKey key = Values.key(entry.getDocument("_id"));
        return new QuarantineEntry(
                Values.text(entry, "id").orElse(""),
                key.collection(),
                key.id(),
                target(entry) == Side.HUB ? "localToAtlas" : "atlasToLocal",
                code(entry).id(),
                Values.text(entry, "message").orElse(""),
                Values.document(entry, "local").filter(any -> contents).map(BsonDocument.class::cast),
                Values.document(entry, "hub").filter(any -> contents).map(BsonDocument.class::cast),
                Values.number(entry, "attempts").orElse(0L).intValue(),
                Instant.ofEpochMilli(Values.date(entry, "firstAt").orElse(0L)),
                Instant.ofEpochMilli(Values.date(entry, "nextAt").orElse(0L)));
    }

    @Override
    public Optional<DocKey> find(String id) {
        return local.with(
                collection,
                "find in",
                entries -> Optional.ofNullable(entries.find(new BsonDocument("id", new BsonString(id)))
                                .projection(new BsonDocument("_id", new BsonInt32(1)))
                                .first())
                        .map(entry -> Values.key(entry.getDocument("_id"))));
    }

    /** Only before writing: looking must not make anything. */
    private void ensureIndexes() {
        if (indexed) {
            return;
        }
        local.with(
                collection,
                "make the indexes of",
                entries -> entries.createIndexes(List.of(index("nextAt"), index("firstAt"), index("id"))));
        indexed = true;
    }

    private static IndexModel index(String field) {
        return new IndexModel(new BsonDocument(field, new BsonInt32(1)), new IndexOptions().name(field));
    }
}
