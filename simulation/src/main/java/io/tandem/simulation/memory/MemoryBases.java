package io.tandem.simulation.memory;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.DocKey;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.bson.BsonValue;

/** A device's base states, written only under the newest fencing number. Any thread may call any method. */
public final class MemoryBases {
    private static final Comparator<DocKey> ORDER =
            Comparator.comparing(DocKey::collection).thenComparing(DocKey::id, BsonOrder.INSTANCE);

    private final NavigableMap<DocKey, BaseRecord> records = new TreeMap<>(ORDER);
    private final LongSupplier currentFence;

    /** @param currentFence the fencing number of the lease as it is stored */
    public MemoryBases(LongSupplier currentFence) {
        this.currentFence = currentFence;
    }

    public synchronized BaseRecord get(DocKey key) {
        return records.getOrDefault(key, BaseRecord.NONE);
    }

    /** What a device restored from nothing has. */
    public synchronized void clear() {
        records.clear();
    }

    /** Everything, in order. */
    public synchronized Map<DocKey, BaseRecord> all() {
        return new LinkedHashMap<>(records);
    }

    synchronized NavigableMap<BsonValue, BaseRecord> collection(String name) {
        NavigableMap<BsonValue, BaseRecord> found = new TreeMap<>(BsonOrder.INSTANCE);
        records.forEach((key, record) -> {
            if (key.collection().equals(name)) {
                found.put(key.id(), record);
            }
        });
        return Collections.unmodifiableNavigableMap(found);
    }

    /** The store as one agent sees it. */
    public BaseStore under(LongSupplier agentFence) {
        return new View(agentFence);
    }

    private final class View implements BaseStore {
        private final LongSupplier agentFence;

        View(LongSupplier agentFence) {
            this.agentFence = agentFence;
        }

        @Override
        public Map<DocKey, BaseRecord> load(Collection<DocKey> keys) {
            synchronized (MemoryBases.this) {
                Map<DocKey, BaseRecord> found = new LinkedHashMap<>();
                for (DocKey key : keys) {
                    BaseRecord record = records.get(key);
                    if (record != null) {
                        found.put(key, record);
                    }
                }
                return found;
            }
        }

        @Override
        public void save(Map<DocKey, BaseRecord> changed) {
            synchronized (MemoryBases.this) {
                checkFence();
                changed.forEach((key, record) -> {
                    if (record.equals(BaseRecord.NONE)) {
                        records.remove(key);
                    } else {
                        records.put(key, record);
                    }
                });
            }
        }

        @Override
        public void forgetAll() {
            synchronized (MemoryBases.this) {
                checkFence();
                records.clear();
            }
        }

        @Override
        public java.util.Set<String> collections() {
            synchronized (MemoryBases.this) {
                java.util.Set<String> names = new java.util.TreeSet<>();
                records.keySet().forEach(key -> names.add(key.collection()));
                return names;
            }
        }

        private void checkFence() {
            if (agentFence.getAsLong() != currentFence.getAsLong()) {
                throw new SyncException(
                        FaultCode.FENCED,
                        "saving base states under fence " + agentFence.getAsLong() + ": the lease is at "
                                + currentFence.getAsLong());
            }
        }

        @Override
        public List<DocKey> dirty(Optional<DocKey> after, int limit) {
            synchronized (MemoryBases.this) {
                NavigableMap<DocKey, BaseRecord> rest =
                        after.isPresent() ? records.tailMap(after.get(), false) : records;
                return rest.entrySet().stream()
                        .filter(e -> e.getValue().mark().isPresent())
                        .limit(limit)
                        .map(Map.Entry::getKey)
                        .toList();
            }
        }

        @Override
        public long countDirty() {
            synchronized (MemoryBases.this) {
                return records.values().stream()
                        .filter(r -> r.mark().isPresent())
                        .count();
            }
        }

        @Override
        public long countLive(String collection) {
            synchronized (MemoryBases.this) {
                return records.entrySet().stream()
                        .filter(e -> e.getKey().collection().equals(collection)
                                && e.getValue().isLive())
                        .count();
            }
        }

        @Override
        public long forgetDeletedBefore(long versionTime) {
            synchronized (MemoryBases.this) {
                checkFence();
                int before = records.size();
                records.values()
                        .removeIf(r -> r.state().isPresent()
                                && r.state().get().isDeleted()
                                && r.intent().isEmpty()
                                && r.mark().isEmpty()
                                && r.version().time() < versionTime);
                return (long) before - records.size();
            }
        }
    }
}
