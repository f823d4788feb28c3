package io.tandem.engine.mongo;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.read.TooLargeABatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * Reads documents with one {@code $in} per collection. Thread-safe.
 *
 * <p>A collated collection may answer with a document of another {@code _id} than asked for ("TEA" for "tea"), and numbers of
 * another type: what comes back is matched by {@link DocKey}, and what matches no key is left out. Asking with the
 * collection's own collation keeps its {@code _id} index usable.
 */
final class MongoStateReader implements StateReader {
    /** Keys in one question. */
    private static final int KEYS = 1000;
    /** What the documents of one side of a batch may need; a single document may have 16 MB. */
    private static final long BATCH_BYTES = 8L * 1024 * 1024;

    private final Link local;
    private final Link hub;
    private final Names names;
    private final Workers workers;

    MongoStateReader(Link local, Link hub, Names names, Workers workers) {
        this.local = local;
        this.hub = hub;
        this.names = names;
        this.workers = workers;
    }

    @Override
    public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
        return read(local, keys, Long.MAX_VALUE);
    }

    @Override
    public Map<DocKey, Doc> readLocalBatch(Collection<DocKey> keys) {
        return read(local, keys, BATCH_BYTES);
    }

    @Override
    public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
        return readHub(keys, any -> true, Long.MAX_VALUE);
    }

    @Override
    public Map<DocKey, HubState> readHub(Collection<DocKey> keys, Predicate<DocKey> known) {
        return readHub(keys, known, BATCH_BYTES);
    }

    private Map<DocKey, HubState> readHub(Collection<DocKey> keys, Predicate<DocKey> known, long bytesMax) {
        Map<DocKey, Doc> docs = new HashMap<>();
        Map<DocKey, Tombstone> tombstones = new HashMap<>();
        List<Supplier<Boolean>> questions =
                List.of(() -> putAll(docs, read(hub, keys, bytesMax)), () -> putAll(tombstones, buried(keys)));
        workers.all(questions);
        List<DocKey> gone = keys.stream()
                .filter(key -> !docs.containsKey(key) && known.test(key))
                .distinct()
                .toList();
        if (!gone.isEmpty()) {
            // Only now: whoever deleted one of them left its tombstone before.
            tombstones.putAll(buried(gone));
        }
        Map<DocKey, HubState> result = new HashMap<>();
        for (DocKey key : keys) {
            result.put(key, new HubState(Optional.ofNullable(docs.get(key)), Optional.ofNullable(tombstones.get(key))));
        }
        return result;
    }

    private static <V> boolean putAll(Map<DocKey, V> target, Map<DocKey, V> found) {
        target.putAll(found);
        return true;
    }

    private static Map<DocKey, Doc> read(Link link, Collection<DocKey> keys, long bytesMax) {
        Reading reading = new Reading(bytesMax);
        Values.byCollection(keys).forEach((collection, ofCollection) -> {
            for (List<DocKey> part : Values.parts(ofCollection, KEYS)) {
                Set<DocKey> wanted = new HashSet<>(part);
                query(link, collection, part.stream().map(DocKey::id).toList(), documents -> {
                    reading.take(documents, collection, wanted);
                    return true;
                });
                reading.throwIfTooMuch();
            }
        });
        return reading.found;
    }

    /** Documents as they come in, until they are too many. */
    private static final class Reading {
        private final long bytesMax;
        private final Map<DocKey, Doc> found = new HashMap<>();
        private long bytes;

        Reading(long bytesMax) {
            this.bytesMax = bytesMax;
        }

        void take(FindIterable<RawBsonDocument> documents, String collection, Set<DocKey> wanted) {
            try (MongoCursor<RawBsonDocument> cursor = documents.cursor()) {
                while (!isTooMuch() && cursor.hasNext()) {
                    RawBsonDocument document = cursor.next();
                    DocKey key = DocKey.of(collection, Values.id(document));
                    if (wanted.contains(key)) {
                        Doc doc = Doc.of(document);
                        found.put(key, doc);
                        bytes += doc.size();
                    }
                }
            }
        }

        private boolean isTooMuch() {
            return bytes > bytesMax && found.size() > 1;
        }

        void throwIfTooMuch() {
            if (isTooMuch()) {
                throw new TooLargeABatch(bytes / found.size());
            }
        }
    }

    /** The documents of a collection with these ids, and perhaps others that the collection's collation calls the same. */
    static List<RawBsonDocument> find(Link link, String collection, List<? extends BsonValue> ids) {
        return ids.isEmpty() ? List.of() : query(link, collection, ids, documents -> documents.into(new ArrayList<>()));
    }

    /** The metadata that documents of the hub show, whether or not it still fits their content. */
    static Map<DocKey, SyncMeta> metadata(Link hub, String collection, List<DocKey> keys) {
        Map<DocKey, SyncMeta> result = new HashMap<>();
        BsonDocument field = new BsonDocument(SyncMeta.FIELD, new BsonInt32(1));
        for (List<DocKey> part : Values.parts(keys, KEYS)) {
            List<BsonValue> ids = part.stream().map(DocKey::id).toList();
            List<RawBsonDocument> found = query(
                    hub,
                    collection,
                    ids,
                    documents -> documents.projection(field).into(new ArrayList<>()));
            for (RawBsonDocument document : found) {
                Doc.of(document).meta().ifPresent(meta -> result.put(DocKey.of(collection, Values.id(document)), meta));
            }
        }
        return result;
    }

    private static <T> T query(
            Link link,
            String collection,
            List<? extends BsonValue> ids,
            Function<FindIterable<RawBsonDocument>, T> reading) {
        BsonDocument filter = ids.size() == 1
                ? Values.byId(ids.get(0))
                : new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
        return link.with(
                collection,
                "read documents of",
                documents -> reading.apply(documents.find(filter).batchSize(ids.size() + 1)));
    }

    private Map<DocKey, Tombstone> buried(Collection<DocKey> keys) {
        Map<DocKey, Tombstone> result = new HashMap<>();
        for (List<DocKey> part : Values.parts(List.copyOf(keys), KEYS)) {
            List<BsonDocument> ids = part.stream().map(Values::keyDocument).toList();
            for (RawBsonDocument found : find(hub, names.tombstones(), ids)) {
                result.put(Values.key(found.getDocument("_id")), tombstone(found));
            }
        }
        return result;
    }

    private static Tombstone tombstone(BsonDocument stored) {
        return new Tombstone(version(stored, "v", "o"), version(stored, "pv", "po"));
    }

    private static Version version(BsonDocument stored, String time, String origin) {
        return new Version(
                Values.number(stored, time).orElse(0L),
                Values.text(stored, origin).orElse(""));
    }
}
