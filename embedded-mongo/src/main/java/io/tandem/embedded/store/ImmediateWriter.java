package io.tandem.embedded.store;

import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.update.Delta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies each change at once and logs it before the next. A change that cannot be logged is taken back. */
public final class ImmediateWriter implements Writer {
    private final Storage storage;
    private long changes;

    public ImmediateWriter(Storage storage) {
        this.storage = storage;
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public CollectionView view(StoredCollection collection) {
        return collection;
    }

    @Override
    public void insert(StoredCollection collection, Content document) {
        byte[] bytes = document.bytes();
        KeyString key = collection.key(document.id());
        IndexKeys keys = collection.requireInsertable(key, document);
        collection.requireRoom(bytes);
        StoredRecord record = new StoredRecord(collection.nextNumber(), key, bytes);
        collection.insert(record, keys);
        log(Writer.entry(collection, LogEntry.Kind.INSERT, bytes, null, null, null), () -> collection.delete(record));
        for (StoredRecord oldest = collection.overflow(); oldest != null; oldest = collection.overflow()) {
            evict(collection, oldest);
        }
    }

    private void evict(StoredCollection collection, StoredRecord oldest) {
        if (storage.logsEvictions()) {
            delete(collection, oldest);
        } else {
            storage.evict(collection, oldest);
        }
    }

    @Override
    public void replace(StoredCollection collection, StoredRecord record, Content document, @Nullable Delta delta) {
        IndexKeys keys = collection.requireReplaceable(record, document);
        byte[] before = record.bytes();
        byte[] bytes = document.bytes();
        collection.replace(record, bytes, keys);
        LogEntry.Kind kind = delta == null ? LogEntry.Kind.REPLACE : LogEntry.Kind.UPDATE;
        log(Writer.entry(collection, kind, bytes, before, delta, null), () -> collection.restore(record, before));
    }

    @Override
    public void delete(StoredCollection collection, StoredRecord record) {
        collection.delete(record);
        log(
                Writer.entry(collection, LogEntry.Kind.DELETE, null, record.bytes(), null, null),
                () -> collection.restore(record));
    }

    private void log(LogEntry entry, Runnable undo) {
        boolean logged = false;
        try {
            storage.append(List.of(entry), false);
            logged = true;
            changes++;
        } finally {
            if (!logged) {
                undo.run();
            }
        }
    }
}
