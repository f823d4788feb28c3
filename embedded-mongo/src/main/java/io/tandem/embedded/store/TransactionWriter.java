package io.tandem.embedded.store;

import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.update.Delta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the changes of a transaction to itself until the commit applies them together. One thread at a time; the write gate is
 * held from the first command to the end, so what lies below does not change.
 */
public final class TransactionWriter implements Writer {
    private final Storage storage;
    private final LogEntry.Origin origin;
    private final Map<StoredCollection, Overlay> overlays = new HashMap<>();
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    /** What takes the effects back, when they cannot be logged. */
    private final Deque<Runnable> undos = new ArrayDeque<>();

    public TransactionWriter(Storage storage, LogEntry.Origin origin) {
        this.storage = storage;
        this.origin = origin;
    }

    @Override
    public long changes() {
        return entries.size();
    }

    @Override
    public CollectionView view(StoredCollection collection) {
        Overlay overlay = overlays.get(collection);
        return overlay == null ? collection : overlay;
    }

    private Overlay overlay(StoredCollection collection) {
        return overlays.computeIfAbsent(collection, Overlay::new);
    }

    @Override
    public void insert(StoredCollection collection, Content document) {
        byte[] bytes = document.bytes();
        KeyString key = collection.key(document.id());
        Overlay overlay = overlay(collection);
        if (collection.isCapped()) {
            throw new ServerError(
                    ServerError.OPERATION_NOT_SUPPORTED_IN_TRANSACTION,
                    "Collection '" + collection.namespace().full()
                            + "' is a capped collection. Writes in transactions are not allowed on capped collections.");
        }
        if (overlay.byKey(key) != null) {
            throw collection.duplicateId(document.id());
        }
        overlay.requireUnique(key, document);
        StoredRecord record = new StoredRecord(collection.nextNumber(), key, bytes);
        overlay.changed.put(key, record);
        effects.add(() -> {
            StoredRecord live = new StoredRecord(record.number(), key, bytes);
            collection.insert(live, collection.indexKeys(document));
            undos.push(() -> collection.delete(live));
        });
        entries.add(Writer.entry(collection, LogEntry.Kind.INSERT, bytes, null, null, origin));
    }

    @Override
    public void replace(StoredCollection collection, StoredRecord record, Content document, @Nullable Delta delta) {
        byte[] bytes = document.bytes();
        Overlay overlay = overlay(collection);
        overlay.requireUnique(record.key(), document);
        overlay.changed.put(record.key(), new StoredRecord(record.number(), record.key(), bytes));
        effects.add(() -> {
            StoredRecord live = java.util.Objects.requireNonNull(collection.byKey(record.key()));
            byte[] before = live.bytes();
            collection.replace(live, bytes, collection.indexKeys(document));
            undos.push(() -> collection.restore(live, before));
        });
        LogEntry.Kind kind = delta == null ? LogEntry.Kind.REPLACE : LogEntry.Kind.UPDATE;
        entries.add(Writer.entry(collection, kind, bytes, record.bytes(), delta, origin));
    }

    @Override
    public void delete(StoredCollection collection, StoredRecord record) {
        overlay(collection).changed.put(record.key(), null);
        effects.add(() -> {
            StoredRecord live = java.util.Objects.requireNonNull(collection.byKey(record.key()));
            collection.delete(live);
            undos.push(() -> collection.restore(live));
        });
        entries.add(Writer.entry(collection, LogEntry.Kind.DELETE, null, record.bytes(), null, origin));
    }

    /** Applies everything and logs it under one time; what cannot be logged is taken back. */
    public void commit() {
        boolean logged = false;
        try {
            effects.forEach(Runnable::run);
            if (!entries.isEmpty()) {
                storage.append(entries, true);
            }
            logged = true;
        } finally {
            if (!logged) {
                undos.forEach(Runnable::run);
            }
        }
    }

    /** A collection with the transaction's changes on top. */
    private static final class Overlay implements CollectionView {
        private final StoredCollection live;
        /** The changed records; null for deleted ones. */
        private final Map<KeyString, @Nullable StoredRecord> changed = new TreeMap<>();

        Overlay(StoredCollection live) {
            this.live = live;
        }

        void requireUnique(KeyString self, Content document) {
            for (SecondaryIndex index : live.indexes()) {
                if (!index.spec().unique()) {
                    continue;
                }
                Map<KeyString, List<@Nullable Object>> keys = index.keys(document.document());
                for (StoredRecord other : merged().values()) {
                    if (other.key().equals(self)) {
                        continue;
                    }
                    for (KeyString key :
                            index.keys(BsonDecoder.decode(other.bytes())).keySet()) {
                        List<@Nullable Object> values = keys.get(key);
                        if (values != null) {
                            throw index.duplicate(live.namespace().full(), values);
                        }
                    }
                }
            }
        }

        @Override
        public Collation collation() {
            return live.collation();
        }

        private NavigableMap<KeyString, StoredRecord> merged() {
            TreeMap<KeyString, StoredRecord> result = new TreeMap<>();
            live.byId(KeyString.LOWEST, KeyString.HIGHEST, false)
                    .forEachRemaining(record -> result.put(record.key(), record));
            changed.forEach((key, record) -> {
                if (record == null) {
                    result.remove(key);
                } else {
                    result.put(key, record);
                }
            });
            return result;
        }

        @Override
        public @Nullable StoredRecord byKey(KeyString key) {
            return changed.containsKey(key) ? changed.get(key) : live.byKey(key);
        }

        @Override
        public Iterator<StoredRecord> byId(KeyString low, KeyString high, boolean reverse) {
            if (low.compareTo(high) >= 0) {
                return java.util.Collections.emptyIterator();
            }
            var range = merged().subMap(low, true, high, false);
            return List.copyOf((reverse ? range.descendingMap() : range).values())
                    .iterator();
        }

        @Override
        public Iterator<StoredRecord> natural(boolean reverse) {
            TreeMap<Long, StoredRecord> byNumber = new TreeMap<>();
            merged().values().forEach(record -> byNumber.put(record.number(), record));
            return List.copyOf((reverse ? byNumber.descendingMap() : byNumber).values())
                    .iterator();
        }

        @Override
        public List<SecondaryIndex> usableIndexes() {
            return List.of();
        }

        @Override
        public long count() {
            return merged().size();
        }
    }
}
