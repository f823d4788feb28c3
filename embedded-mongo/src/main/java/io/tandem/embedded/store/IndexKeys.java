package io.tandem.embedded.store;

import io.tandem.embedded.bson.KeyString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one document in each index of its collection, in the order of the indexes, each with the values it stands for. Used while the
 * write gate is held, so that the indexes stay the same.
 */
record IndexKeys(List<Map<KeyString, List<@Nullable Object>>> perIndex) {
    /** Of a collection without indexes. */
    static final IndexKeys NONE = new IndexKeys(List.of());
}
