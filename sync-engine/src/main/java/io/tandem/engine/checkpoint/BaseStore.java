package io.tandem.engine.checkpoint;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.DocKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The device's base states, in the local database. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE}, or {@code FENCED} when another agent of the
 * device has taken over.
 */
public interface BaseStore {
    /** What is remembered; keys of which nothing is are missing from the result. */
    Map<DocKey, BaseRecord> load(Collection<DocKey> keys);

    /** Remembers, and forgets those given as {@link BaseRecord#NONE}. Durable when it returns. */
    void save(Map<DocKey, BaseRecord> records);

    /**
     * The same, faster where nothing was remembered.
     *
     * @param isNew whether nothing was remembered of a key when it was loaded; that may have changed since
     */
    default void save(Map<DocKey, BaseRecord> records, Predicate<DocKey> isNew) {
        save(records);
    }

    /** Keys with a dirty mark, a page at a time, in a stable order. */
    List<DocKey> dirty(Optional<DocKey> after, int limit);

    /** How many keys have a dirty mark. */
    long countDirty();

    /** How many documents of a collection both sides have agreed on and not deleted since. */
    long countLive(String collection);

    /** Names of the collections of which anything is remembered. */
    Set<String> collections();

    /** Forgets everything about every key; for a device that joins another hub. */
    void forgetAll();

    /** Forgets deletes that were agreed on before that version time; returns how many. */
    long forgetDeletedBefore(long versionTime);
}
