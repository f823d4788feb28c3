package io.tandem.engine.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.DocKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Base states in memory. Every single record can be the last one that is saved. */
public final class FakeBases implements BaseStore {
    public final Map<DocKey, BaseRecord> records = new LinkedHashMap<>();
    /** Keys that were saved as new ones. */
    public final Set<DocKey> takenForNew = new LinkedHashSet<>();

    private final Faults faults;

    public FakeBases(Faults faults) {
        this.faults = faults;
    }

    @Override
    public Map<DocKey, BaseRecord> load(Collection<DocKey> keys) {
        return keys.stream().filter(records::containsKey).collect(Collectors.toMap(k -> k, this::of));
    }

    /** What is remembered of a key. */
    public BaseRecord of(DocKey key) {
        return records.getOrDefault(key, BaseRecord.NONE);
    }

    @Override
    public void save(Map<DocKey, BaseRecord> changed, Predicate<DocKey> isNew) {
        for (DocKey key : changed.keySet()) {
            if (isNew.test(key)) {
                takenForNew.add(key);
                assertThat(records).as("what is said to be new").doesNotContainKey(key);
            }
        }
        save(changed);
    }

    @Override
    public void save(Map<DocKey, BaseRecord> changed) {
        faults.point("save");
        changed.forEach((key, record) -> {
            if (record.equals(BaseRecord.NONE)) {
                records.remove(key);
            } else {
                records.put(key, record);
            }
            faults.point("saved");
        });
    }

    @Override
    public List<DocKey> dirty(Optional<DocKey> after, int limit) {
        faults.point("list dirty");
        return records.keySet().stream()
                .dropWhile(key -> after.isPresent() && !after.get().equals(key))
                .skip(after.isPresent() ? 1 : 0)
                .filter(key -> of(key).mark().isPresent())
                .limit(limit)
                .toList();
    }

    @Override
    public long countDirty() {
        return records.values().stream().filter(r -> r.mark().isPresent()).count();
    }

    @Override
    public long countLive(String collection) {
        faults.point("count live");
        return records.keySet().stream()
                .filter(key -> key.collection().equals(collection) && of(key).isLive())
                .count();
    }

    @Override
    public Set<String> collections() {
        return records.keySet().stream().map(DocKey::collection).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void forgetAll() {
        records.clear();
    }

    @Override
    public long forgetDeletedBefore(long versionTime) {
        int before = records.size();
        records.values().removeIf(r -> !r.isLive() && r.version().time() < versionTime);
        return before - records.size();
    }
}
