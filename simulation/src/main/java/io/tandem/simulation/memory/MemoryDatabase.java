package io.tandem.simulation.memory;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/**
 * One side's application documents with the history of their changes. Any thread may call any method; each call is one
 * operation of the server, whole or not at all.
 */
public final class MemoryDatabase {
    private final LongSupplier clock;
    private final NavigableMap<String, MemoryCollection> collections = new TreeMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private long lastSequence;
    private boolean standalone;
    private ChangeListener listener = (key, before, after) -> {};

    /** @param clock the server's wall clock, milliseconds since the epoch */
    public MemoryDatabase(LongSupplier clock) {
        this.clock = clock;
    }

    /** Told of every change of a document, within the operation that makes it. */
    public interface ChangeListener {
        void changed(DocKey key, Optional<Doc> before, Optional<Doc> after);
    }

    /** One entry of the history. */
    record Change(
            long sequence,
            FeedEvent.Kind kind,
            String collection,
            Optional<BsonValue> id,
            long serverMillis,
            Optional<Version> version,
            Optional<String> renamedTo,
            Optional<String> device) {}

    /** Whether the server refuses change feeds. */
    public synchronized void standalone(boolean value) {
        standalone = value;
    }

    synchronized boolean isStandalone() {
        return standalone;
    }

    public synchronized void listener(ChangeListener next) {
        listener = next;
    }

    public long millis() {
        return clock.getAsLong();
    }

    public synchronized Optional<Doc> find(DocKey key) {
        MemoryCollection collection = collections.get(key.collection());
        return collection == null ? Optional.empty() : collection.find(key.id());
    }

    /**
     * The write of an application or a person. One that changes nothing leaves no entry in the history.
     *
     * @param showsMeta whether its event shows the document's metadata, as replacements do and most updates do not
     */
    public synchronized Outcome write(DocKey key, Doc document, boolean showsMeta) {
        if (find(key).equals(Optional.of(document))) {
            return Outcome.APPLIED;
        }
        Outcome outcome = collection(key.collection()).check(key.id(), document);
        if (outcome == Outcome.APPLIED) {
            put(key, document, showsMeta);
        }
        return outcome;
    }

    /** The delete of an application or a person; whether there was something to delete. */
    public synchronized boolean delete(DocKey key) {
        if (find(key).isEmpty()) {
            return false;
        }
        remove(key);
        return true;
    }

    /** A guarded write of the engine. */
    public synchronized Outcome swap(Swap swap) {
        if (!find(swap.key()).equals(swap.seen())) {
            return Outcome.MISSED;
        }
        if (swap.next().isEmpty()) {
            if (swap.seen().isPresent()) {
                remove(swap.key());
            }
            return Outcome.APPLIED;
        }
        Doc next = Doc.of(swap.next().get());
        Outcome outcome = collection(swap.key().collection()).check(swap.key().id(), next);
        if (outcome == Outcome.APPLIED && !swap.seen().equals(Optional.of(next))) {
            put(swap.key(), next, true);
        }
        return outcome;
    }

    /** Drops a collection with everything in it. */
    public synchronized void drop(String name) {
        MemoryCollection dropped = collections.remove(name);
        if (dropped != null) {
            dropped.documents.forEach(
                    (id, doc) -> listener.changed(DocKey.of(name, id), Optional.of(doc), Optional.empty()));
            append(FeedEvent.Kind.DROPPED, name, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Renames a collection, over another one perhaps. */
    public synchronized void rename(String from, String to) {
        MemoryCollection moved = collections.remove(from);
        if (moved == null) {
            throw new IllegalArgumentException("there is no collection " + from);
        }
        MemoryCollection replaced = collections.put(to, moved);
        if (replaced != null) {
            replaced.documents.forEach(
                    (id, doc) -> listener.changed(DocKey.of(to, id), Optional.of(doc), Optional.empty()));
        }
        moved.documents.forEach((id, doc) -> {
            listener.changed(DocKey.of(from, id), Optional.of(doc), Optional.empty());
            listener.changed(DocKey.of(to, id), Optional.empty(), Optional.of(doc));
        });
        append(FeedEvent.Kind.RENAMED, from, Optional.empty(), Optional.empty(), Optional.of(to));
    }

    /** Drops every collection; feeds end with it. */
    public synchronized void dropDatabase() {
        List.copyOf(collections.keySet()).forEach(this::drop);
        append(FeedEvent.Kind.DATABASE_DROPPED, "", Optional.empty(), Optional.empty(), Optional.empty());
        append(FeedEvent.Kind.INVALIDATED, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Makes an empty collection, of a kind that may be one that is never synced: view, timeseries or capped. */
    public synchronized void create(String name, String kind) {
        collections.put(name, new MemoryCollection(kind));
    }

    /** No two documents of the collection may hold one value of the field. */
    public synchronized void uniqueIndex(String name, String field) {
        collection(name).uniqueField = Optional.of(field);
    }

    /** Documents that do not fit are refused. */
    public synchronized void validator(String name, Predicate<Doc> fits) {
        collection(name).validator = fits;
    }

    /** Neither index nor validator any more. */
    public synchronized void unrestrict(String name) {
        collection(name).uniqueField = Optional.empty();
        collection(name).validator = document -> true;
    }

    /** Forgets all but the newest entries of the history. */
    public synchronized void truncateHistory(int keep) {
        while (history.size() > keep) {
            history.removeFirst();
        }
    }

    /** Where the history ends. */
    public synchronized long lastSequence() {
        return lastSequence;
    }

    /** The first entry that can still be followed. */
    public synchronized long firstSequence() {
        return history.isEmpty() ? lastSequence + 1 : history.getFirst().sequence();
    }

    /** Entries after a sequence number that this device may see, the oldest first. */
    synchronized List<Change> changesAfter(long sequence, Optional<String> device, int limit) {
        long skip = Math.max(0, sequence + 1 - firstSequence());
        List<Change> found = new ArrayList<>();
        if (sequence >= lastSequence) {
            return found;
        }
        for (Change change : history) {
            if (skip-- > 0) {
                continue;
            }
            if (change.kind() != FeedEvent.Kind.HEARTBEAT || change.device().equals(device)) {
                found.add(change);
            }
            if (found.size() == limit) {
                break;
            }
        }
        return found;
    }

    /** The keys whose latest change is at or before a sequence number; others will be reported by a feed from there. */
    public synchronized List<DocKey> quietSince(long sequence) {
        List<DocKey> quiet = new ArrayList<>();
        Set<DocKey> later = new HashSet<>();
        Set<DocKey> seen = new LinkedHashSet<>();
        for (Change change : history) {
            if (change.id().isPresent() && change.kind() != FeedEvent.Kind.HEARTBEAT) {
                DocKey key = DocKey.of(change.collection(), change.id().get());
                (change.sequence() <= sequence ? seen : later).add(key);
            }
        }
        for (DocKey key : seen) {
            if (!later.contains(key)) {
                quiet.add(key);
            }
        }
        return quiet;
    }

    synchronized void heartbeat(String device, long number) {
        lastSequence++;
        history.addLast(new Change(
                lastSequence,
                FeedEvent.Kind.HEARTBEAT,
                "",
                Optional.of(new BsonInt64(number)),
                clock.getAsLong(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(device)));
    }

    public synchronized List<String> names() {
        return List.copyOf(collections.keySet());
    }

    synchronized String kind(String name) {
        MemoryCollection collection = collections.get(name);
        return collection == null ? "collection" : collection.kind;
    }

    /** Documents in {@code _id} order. */
    public synchronized NavigableMap<BsonValue, Doc> documents(String name) {
        MemoryCollection collection = collections.get(name);
        if (collection == null) {
            return Collections.emptyNavigableMap();
        }
        NavigableMap<BsonValue, Doc> copy = new TreeMap<>(BsonOrder.INSTANCE);
        copy.putAll(collection.documents);
        return copy;
    }

    public synchronized int count(String name) {
        MemoryCollection collection = collections.get(name);
        return collection == null ? 0 : collection.documents.size();
    }

    private MemoryCollection collection(String name) {
        return collections.computeIfAbsent(name, n -> new MemoryCollection("collection"));
    }

    private void put(DocKey key, Doc document, boolean showsMeta) {
        Optional<Doc> before =
                Optional.ofNullable(collection(key.collection()).documents.put(key.id(), document));
        Optional<Version> version = showsMeta ? document.meta().map(SyncMeta::version) : Optional.empty();
        append(FeedEvent.Kind.WRITE, key.collection(), Optional.of(key.id()), version, Optional.empty());
        listener.changed(key, before, Optional.of(document));
    }

    private void remove(DocKey key) {
        Optional<Doc> before =
                Optional.ofNullable(collection(key.collection()).documents.remove(key.id()));
        append(FeedEvent.Kind.DELETE, key.collection(), Optional.of(key.id()), Optional.empty(), Optional.empty());
        listener.changed(key, before, Optional.empty());
    }

    private void append(
            FeedEvent.Kind kind,
            String collection,
            Optional<BsonValue> id,
            Optional<Version> version,
            Optional<String> renamedTo) {
        lastSequence++;
        history.addLast(new Change(
                lastSequence, kind, collection, id, clock.getAsLong(), version, renamedTo, Optional.empty()));
    }

    private static final class MemoryCollection {
        private final String kind;
        private final NavigableMap<BsonValue, Doc> documents = new TreeMap<>(BsonOrder.INSTANCE);
        private Optional<String> uniqueField = Optional.empty();
        private Predicate<Doc> validator = document -> true;

        MemoryCollection(String kind) {
            this.kind = kind;
        }

        Optional<Doc> find(BsonValue id) {
            return Optional.ofNullable(documents.get(id));
        }

        Outcome check(BsonValue id, Doc document) {
            if (!validator.test(document)) {
                return new Outcome.Refused(FaultCode.VALIDATION, "the validator refuses the document");
            }
            Optional<BsonValue> value = uniqueField.map(document.content()::get);
            if (value.isPresent()) {
                String field = uniqueField.orElseThrow();
                boolean taken = documents.entrySet().stream()
                        .anyMatch(other -> BsonOrder.INSTANCE.compare(other.getKey(), id) != 0
                                && value.get().equals(other.getValue().content().get(field)));
                if (taken) {
                    return new Outcome.Refused(FaultCode.UNIQUE_INDEX, "another document has this value of " + field);
                }
            }
            return Outcome.APPLIED;
        }
    }
}
