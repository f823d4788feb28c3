package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A collection: records by `_id` and by insertion, and indexes. Any thread reads; only the holder of the write gate writes. */
public final class StoredCollection implements CollectionView {
    private final UUID uuid;
    private final ConcurrentSkipListMap<KeyString, StoredRecord> byId = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, StoredRecord> byNumber = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<SecondaryIndex> indexes = new CopyOnWriteArrayList<>();
    private final AtomicLong dataSize = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private long lastNumber;
    private volatile Namespace namespace;
    private volatile Document options;
    private final Collation collation;
    private volatile Filter validator = Filter.ALL;

    StoredCollection(Namespace namespace, UUID uuid, Document options) {
        this.namespace = namespace;
        this.uuid = uuid;
        this.options = options;
        Collation given = Collation.given(options.get("collation"));
        this.collation = given == null ? Collation.SIMPLE : given;
        setOptions(options);
    }

    public UUID uuid() {
        return uuid;
    }

    public Namespace namespace() {
        return namespace;
    }

    void rename(Namespace newName) {
        namespace = newName;
    }

    public Document options() {
        return options;
    }

    void setOptions(Document newOptions) {
        validator = newOptions.get("validator") instanceof Document filter
                ? Filters.compile(filter, Scope.of(collation))
                : Filter.ALL;
        options = newOptions;
    }

    public boolean isCapped() {
        return Values.truthy(options.get("capped"));
    }

    /** Refuses a document that alone is larger than a capped collection may be. */
    void requireRoom(byte[] bytes) {
        if (isCapped() && bytes.length > number("size", Long.MAX_VALUE)) {
            throw new ServerError(ServerError.BAD_VALUE, "object to insert exceeds cappedMaxSize");
        }
    }

    /** The oldest record of a capped collection that holds too much; null when nothing has to go. */
    @Nullable
    StoredRecord overflow() {
        boolean tooMuch = isCapped()
                && (dataSize.get() > number("size", Long.MAX_VALUE) || count.get() > number("max", Long.MAX_VALUE));
        Map.Entry<Long, StoredRecord> oldest = tooMuch ? byNumber.firstEntry() : null;
        return oldest == null ? null : oldest.getValue();
    }

    private long number(String option, long otherwise) {
        return options.get(option) instanceof Number number ? number.longValue() : otherwise;
    }

    /** Whether the collection keeps the images that change streams may ask for. */
    public boolean keepsImages() {
        return options.get("changeStreamPreAndPostImages") instanceof Document setting
                && Values.truthy(setting.get("enabled"));
    }

    /** Refuses a document that the validator rejects. */
    public void requireValid(Content document, @Nullable Content before) {
        if (validator == Filter.ALL
                || "off".equals(options.get("validationLevel"))
                || validator.test(document.document())) {
            return;
        }
        boolean moderate = "moderate".equals(options.get("validationLevel"));
        if ((moderate && before != null && !validator.test(before.document()))
                || "warn".equals(options.get("validationAction"))) {
            return;
        }
        Document details = new Document("failingDocumentId", document.id())
                .append("details", new Document("operatorName", "validator").append("reason", "did not match"));
        throw new ServerError(ServerError.DOCUMENT_VALIDATION_FAILURE, "Document failed validation")
                .with(new Document("errInfo", details));
    }

    long nextNumber() {
        return ++lastNumber;
    }

    /** Refuses a new document whose `_id` or unique key is taken; returns its keys. */
    IndexKeys requireInsertable(KeyString key, Content document) {
        if (byId.containsKey(key)) {
            throw duplicateId(document.id());
        }
        return requireUnique(document, null);
    }

    ServerError duplicateId(@Nullable Object id) {
        return DuplicateKey.error(namespace.full(), "_id_", new Document("_id", 1), new Document("_id", id), collation);
    }

    /** Refuses a changed document whose unique key is taken by another one; returns its keys. */
    IndexKeys requireReplaceable(StoredRecord record, Content document) {
        return requireUnique(document, record);
    }

    private IndexKeys requireUnique(Content document, @Nullable StoredRecord self) {
        IndexKeys keys = indexKeys(document);
        for (int i = 0; i < keys.perIndex().size(); i++) {
            indexes.get(i).requireUnique(keys.perIndex().get(i), self, namespace.full());
        }
        return keys;
    }

    /** The keys of a document in the indexes. */
    IndexKeys indexKeys(Content document) {
        if (indexes.isEmpty()) {
            return IndexKeys.NONE;
        }
        List<Map<KeyString, List<@Nullable Object>>> perIndex = new ArrayList<>(indexes.size());
        for (SecondaryIndex index : indexes) {
            perIndex.add(index.keys(document.document()));
        }
        return new IndexKeys(perIndex);
    }

    /** Puts a record in that was checked before. */
    void insert(StoredRecord record, IndexKeys keys) {
        lastNumber = Math.max(lastNumber, record.number());
        for (int i = 0; i < keys.perIndex().size(); i++) {
            indexes.get(i).add(keys.perIndex().get(i), record);
        }
        byId.put(record.key(), record);
        byNumber.put(record.number(), record);
        dataSize.addAndGet(record.bytes().length);
        count.incrementAndGet();
    }

    /** Puts a record back, or in, that was there before. */
    void restore(StoredRecord record) {
        insert(record, indexKeys(new Content(record.bytes())));
    }

    void replace(StoredRecord record, byte[] bytes, IndexKeys keys) {
        byte[] old = record.bytes();
        List<Map<KeyString, List<@Nullable Object>>> outdated =
                indexKeys(new Content(old)).perIndex();
        for (int i = 0; i < outdated.size(); i++) {
            indexes.get(i).add(keys.perIndex().get(i), record);
        }
        record.replace(bytes);
        // last, so that a reader finds the record under one key or the other at any time
        for (int i = 0; i < outdated.size(); i++) {
            Map<KeyString, List<@Nullable Object>> gone = new LinkedHashMap<>(outdated.get(i));
            gone.keySet().removeAll(keys.perIndex().get(i).keySet());
            indexes.get(i).remove(gone, record);
        }
        dataSize.addAndGet(bytes.length - old.length);
    }

    /** Puts the bytes back that a record had before. */
    void restore(StoredRecord record, byte[] bytes) {
        replace(record, bytes, indexKeys(new Content(bytes)));
    }

    void delete(StoredRecord record) {
        IndexKeys keys = indexKeys(new Content(record.bytes()));
        for (int i = 0; i < keys.perIndex().size(); i++) {
            indexes.get(i).remove(keys.perIndex().get(i), record);
        }
        byId.remove(record.key());
        byNumber.remove(record.number());
        dataSize.addAndGet(-record.bytes().length);
        count.decrementAndGet();
    }

    /** Builds an index; returns false when it is there already. */
    boolean createIndex(IndexSpec spec) {
        if (spec.key().size() == 1 && spec.key().containsKey("_id")) {
            return false;
        }
        SecondaryIndex index = new SecondaryIndex(spec, collation);
        for (SecondaryIndex existing : indexes) {
            boolean sameName = existing.spec().name().equals(spec.name());
            boolean sameKey = existing.spec().sameKey(spec);
            boolean sameOrder = existing.collation().equals(index.collation());
            if (sameName && sameKey && sameOrder && existing.spec().sameOptions(spec)) {
                return false;
            } else if (sameName && !sameKey) {
                throw new ServerError(
                        86,
                        "An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Requested index: "
                                + spec.name());
            } else if (sameName
                    || (sameKey
                            && sameOrder
                            && Objects.equals(existing.spec().partialFilter(), spec.partialFilter()))) {
                throw new ServerError(
                        85,
                        "Index already exists with a different name or options: "
                                + existing.spec().name());
            }
        }
        for (StoredRecord record : byNumber.values()) {
            Map<KeyString, List<@Nullable Object>> keys = index.keys(BsonDecoder.decode(record.bytes()));
            index.requireUnique(keys, record, namespace.full());
            index.add(keys, record);
        }
        indexes.add(index);
        return true;
    }

    /** Drops an index by name; returns false when there is none. */
    boolean dropIndex(String name) {
        return indexes.removeIf(index -> index.spec().name().equals(name));
    }

    public List<SecondaryIndex> indexes() {
        return indexes;
    }

    @Override
    public List<SecondaryIndex> usableIndexes() {
        return indexes;
    }

    @Override
    public @Nullable StoredRecord byKey(KeyString key) {
        return byId.get(key);
    }

    @Override
    public Iterator<StoredRecord> byId(KeyString low, KeyString high, boolean reverse) {
        if (low.compareTo(high) >= 0) {
            return java.util.Collections.emptyIterator();
        }
        var range = byId.subMap(low, true, high, false);
        return (reverse ? range.descendingMap() : range).values().iterator();
    }

    @Override
    public Iterator<StoredRecord> natural(boolean reverse) {
        return (reverse ? byNumber.descendingMap() : byNumber).values().iterator();
    }

    @Override
    public long count() {
        return count.get();
    }

    /** Bytes of all documents. */
    public long dataSize() {
        return dataSize.get();
    }

    @Override
    public Collation collation() {
        return collation;
    }

    /** The key of an `_id` in this collection. */
    public KeyString key(@Nullable Object id) {
        return KeyString.of(id, collation);
    }

    /** The key of a document's `_id`. */
    public KeyString keyOf(byte[] document) {
        return key(RawBson.field(document, "_id"));
    }
}
