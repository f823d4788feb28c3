package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All collections, and every change of them. Any thread reads; a thread that changes something has entered the write gate before,
 * which also makes the order of the log the order in which changes took effect.
 */
public final class Storage {
    private final Map<String, ConcurrentSkipListMap<String, StoredCollection>> databases =
            new ConcurrentSkipListMap<>();
    private final WriteGate gate;
    private final ChangeLog log;
    private final boolean logsEvictions;
    private volatile Journal journal = Journal.NONE;

    /**
     * An empty storage.
     *
     * @param logsEvictions whether what a capped collection drops to make room is logged as deleted, as servers since 5.0 do
     */
    public Storage(ChangeLog log, boolean logsEvictions) {
        this.log = log;
        this.gate = new WriteGate(log::announce);
        this.logsEvictions = logsEvictions;
    }

    boolean logsEvictions() {
        return logsEvictions;
    }

    void useJournal(Journal newJournal) {
        journal = newJournal;
    }

    public Journal journal() {
        return journal;
    }

    public WriteGate gate() {
        return gate;
    }

    public ChangeLog log() {
        return log;
    }

    public List<String> databases() {
        return List.copyOf(databases.keySet());
    }

    /** The collections of a database by name. */
    public Collection<StoredCollection> collections(String database) {
        ConcurrentSkipListMap<String, StoredCollection> found = databases.get(database);
        return found == null ? List.of() : found.values();
    }

    public @Nullable StoredCollection find(Namespace namespace) {
        ConcurrentSkipListMap<String, StoredCollection> found = databases.get(namespace.database());
        return found == null ? null : found.get(namespace.collection());
    }

    /** The collection, or the server's refusal. */
    public StoredCollection require(Namespace namespace) {
        StoredCollection collection = find(namespace);
        if (collection == null) {
            throw new ServerError(ServerError.NAMESPACE_NOT_FOUND, "ns not found " + namespace.full());
        }
        return collection;
    }

    // ---- everything below: write gate held ----

    public StoredCollection findOrCreate(Namespace namespace) {
        StoredCollection existing = find(namespace);
        return existing != null ? existing : create(namespace, new Document());
    }

    public StoredCollection create(Namespace namespace, Document options) {
        Namespace checked = Namespace.collection(namespace.database(), namespace.collection());
        StoredCollection collection = new StoredCollection(checked, UUID.randomUUID(), options);
        put(collection);
        journal.collection(collection);
        return collection;
    }

    void put(StoredCollection collection) {
        databases
                .computeIfAbsent(collection.namespace().database(), name -> new ConcurrentSkipListMap<>())
                .put(collection.namespace().collection(), collection);
    }

    void remove(StoredCollection collection) {
        Namespace namespace = collection.namespace();
        ConcurrentSkipListMap<String, StoredCollection> database = databases.get(namespace.database());
        if (database != null) {
            database.remove(namespace.collection(), collection);
            if (database.isEmpty()) {
                databases.remove(namespace.database());
            }
        }
    }

    public void drop(StoredCollection collection) {
        remove(collection);
        append(List.of(command(LogEntry.Kind.DROP, collection.namespace(), collection.uuid(), null)), false);
    }

    /** Drops all collections, the last by name first as the server does, and then the database. */
    public void dropDatabase(String database) {
        List<StoredCollection> all = new ArrayList<>(collections(database));
        java.util.Collections.reverse(all);
        if (!all.isEmpty()) {
            all.forEach(this::drop);
            append(
                    List.of(command(LogEntry.Kind.DROP_DATABASE, new Namespace(database, ""), new UUID(0, 0), null)),
                    false);
        }
    }

    public void rename(StoredCollection collection, Namespace target, boolean dropTarget) {
        Namespace source = collection.namespace();
        Namespace checked = Namespace.collection(target.database(), target.collection());
        StoredCollection old = find(checked);
        if (old != null && !dropTarget) {
            throw new ServerError(ServerError.NAMESPACE_EXISTS, "target namespace exists");
        }
        if (old != null) {
            remove(old);
        }
        remove(collection);
        collection.rename(checked);
        put(collection);
        append(List.of(command(LogEntry.Kind.RENAME, source, collection.uuid(), checked)), false);
    }

    /** Takes a record away without anybody being told. */
    void evict(StoredCollection collection, StoredRecord record) {
        journal.evicted(collection, record);
        collection.delete(record);
    }

    public void setOptions(StoredCollection collection, Document options) {
        collection.setOptions(options);
        journal.collection(collection);
    }

    /** Builds an index; returns whether it is new. */
    public boolean createIndex(StoredCollection collection, IndexSpec spec) {
        boolean created = collection.createIndex(spec);
        if (created) {
            journal.collection(collection);
        }
        return created;
    }

    public boolean dropIndex(StoredCollection collection, String name) {
        boolean dropped = collection.dropIndex(name);
        if (dropped) {
            journal.collection(collection);
        }
        return dropped;
    }

    private static LogEntry command(LogEntry.Kind kind, Namespace namespace, UUID uuid, @Nullable Namespace target) {
        return new LogEntry(0, 0, 0, kind, namespace, uuid, null, null, null, null, target, false, null);
    }

    /** Makes changes, which have been applied, visible to change streams. */
    void append(List<LogEntry> changes, boolean transaction) {
        log.append(changes, transaction, journal::changes);
    }
}
