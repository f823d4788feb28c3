package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.IdBounds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** An index over other fields than `_id`. Any thread reads; only the holder of the write gate changes it. */
public final class SecondaryIndex {
    private final IndexSpec spec;
    private final Collation collation;
    private final Filter partial;
    private final List<String[]> paths = new ArrayList<>();
    private final boolean[] descending;
    private final ConcurrentSkipListMap<KeyString, StoredRecord> entries = new ConcurrentSkipListMap<>();
    private volatile boolean multikey;

    /**
     * An empty index.
     *
     * @param inherited the collation of the collection, for indexes that ask for none
     */
    SecondaryIndex(IndexSpec spec, Collation inherited) {
        this.spec = spec;
        Collation own = Collation.given(spec.definition().get("collation"));
        this.collation = own == null ? inherited : own;
        Document filter = spec.partialFilter();
        this.partial = filter == null ? Filter.ALL : Filters.compile(filter, Scope.of(inherited));
        this.descending = new boolean[spec.key().size()];
        int i = 0;
        for (Map.Entry<String, Object> field : spec.key().entrySet()) {
            paths.add(Values.split(field.getKey()));
            descending[i++] = field.getValue() instanceof Number number && number.doubleValue() < 0;
        }
    }

    public IndexSpec spec() {
        return spec;
    }

    /** How strings are compared in this index. */
    public Collation collation() {
        return collation;
    }

    /** The keys of a document, each with the values it stands for; empty when the document is not in the index. */
    Map<KeyString, List<@Nullable Object>> keys(Document document) {
        if (!partial.test(document)) {
            return Map.of();
        }
        if (paths.size() == 1 && paths.get(0).length == 1) {
            Object value = document.getOrDefault(paths.get(0)[0], Values.MISSING);
            if (value == Values.MISSING && spec.sparse()) {
                return Map.of();
            } else if (!(value instanceof List)) {
                Object indexed = value == Values.MISSING ? null : value;
                return Map.of(part(0, indexed), java.util.Collections.singletonList(indexed));
            }
        }
        List<List<@Nullable Object>> perField = new ArrayList<>();
        boolean anyPresent = false;
        int arrays = 0;
        for (String[] path : paths) {
            List<@Nullable Object> values = new ArrayList<>();
            boolean array = collect(document, path, 0, values);
            if (values.isEmpty()) {
                values.add(Values.MISSING);
            }
            arrays += array ? 1 : 0;
            anyPresent |= values.stream().anyMatch(value -> value != Values.MISSING);
            perField.add(values);
        }
        if (spec.sparse() && !anyPresent) {
            return Map.of();
        }
        if (arrays > 1) {
            throw new ServerError(171, "cannot index parallel arrays in index " + spec.name());
        }
        if (arrays > 0) {
            multikey = true;
        }
        Map<KeyString, List<@Nullable Object>> result = new LinkedHashMap<>();
        combine(perField, 0, null, new ArrayList<>(), result);
        return result;
    }

    /** Collects the values at a path; returns whether an array was on the way. */
    private static boolean collect(@Nullable Object value, String[] path, int from, List<@Nullable Object> values) {
        if (from == path.length) {
            if (value instanceof List<?> list) {
                if (list.isEmpty()) {
                    values.add(list);
                } else {
                    values.addAll(list);
                }
                return true;
            }
            values.add(value);
            return false;
        } else if (value instanceof Document document) {
            return collect(document.getOrDefault(path[from], Values.MISSING), path, from + 1, values);
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                collect(element instanceof Document ? element : new Document(), path, from, values);
            }
            return true;
        }
        values.add(Values.MISSING);
        return false;
    }

    private void combine(
            List<List<@Nullable Object>> perField,
            int field,
            @Nullable KeyString prefix,
            List<@Nullable Object> chosen,
            Map<KeyString, List<@Nullable Object>> result) {
        if (field == perField.size()) {
            if (prefix != null) {
                result.put(prefix, new ArrayList<>(chosen));
            }
            return;
        }
        for (Object value : perField.get(field)) {
            Object indexed = value == Values.MISSING ? null : value;
            KeyString part = part(field, indexed);
            chosen.add(indexed);
            combine(perField, field + 1, prefix == null ? part : prefix.then(part), chosen, result);
            chosen.remove(chosen.size() - 1);
        }
    }

    private KeyString part(int field, @Nullable Object value) {
        KeyString key = KeyString.of(value, collation);
        return descending[field] ? key.descending() : key;
    }

    /** Refuses a document whose key another record has. */
    void requireUnique(Map<KeyString, List<@Nullable Object>> keys, @Nullable StoredRecord self, String namespace) {
        if (!spec.unique()) {
            return;
        }
        keys.forEach((key, values) -> {
            for (StoredRecord other : withKey(key)) {
                if (self == null || !other.key().equals(self.key())) {
                    throw duplicate(namespace, values);
                }
            }
        });
    }

    ServerError duplicate(String namespace, List<@Nullable Object> values) {
        Document keyValue = new Document();
        int i = 0;
        for (String field : spec.key().keySet()) {
            keyValue.put(field, values.get(i++));
        }
        return DuplicateKey.error(namespace, spec.name(), spec.key(), keyValue, collation);
    }

    private Collection<StoredRecord> withKey(KeyString key) {
        return entries.subMap(key, true, key.afterPrefix(), true).values();
    }

    void add(Map<KeyString, List<@Nullable Object>> keys, StoredRecord record) {
        keys.keySet().forEach(key -> entries.put(key.withRecord(record.number()), record));
    }

    void remove(Map<KeyString, List<@Nullable Object>> keys, StoredRecord record) {
        keys.keySet().forEach(key -> entries.remove(key.withRecord(record.number())));
    }

    /** Records that may have this value in the first field. */
    public Collection<StoredRecord> candidates(@Nullable Object value) {
        return withKey(part(0, value));
    }

    /**
     * Records whose first field is within these bounds, in the order of the index: record by record in insertion order where keys are equal. Lazy;
     * a record that is written meanwhile may be missed or, when its key moves, be met again, so whoever reads tests each one. Only for an index
     * that is {@link #ordered}.
     *
     * @param low first key of the first field, inclusive
     * @param high end of the keys of the first field, exclusive
     */
    public Iterator<StoredRecord> range(KeyString low, KeyString high, boolean reverse) {
        if (low.compareTo(high) >= 0) {
            return Collections.emptyIterator();
        }
        var range = entries.subMap(low, true, high, false);
        return (reverse ? range.descendingMap() : range).values().iterator();
    }

    /** Whether each document has one entry, and the first field is in ascending order. */
    public boolean ordered() {
        return !multikey && spec.isAscending();
    }

    /** Whether every document whose first field is within these bounds is in the index. */
    public boolean covers(IdBounds bounds) {
        boolean missingIsOut = spec.sparse() && paths.size() == 1 && !bounds.contains(KeyString.NULL);
        return spec.partialFilter() == null && (!spec.sparse() || missingIsOut);
    }

    /** The first field of the index. */
    public String firstField() {
        return spec.key().keySet().iterator().next();
    }

    public boolean multikey() {
        return multikey;
    }

    public int size() {
        return entries.size();
    }
}
