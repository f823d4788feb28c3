package io.tandem.engine.run;

import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys that were looked at and deliberately left out of step, with the local content they had then: observed, in quarantine,
 * or kept on the device although the hub deleted them. A poll, which compares the device again and again, passes over them
 * until their content changes. Thread-safe; remembers a bounded number of keys, and what it forgets costs a look.
 */
final class LeftAlone {
    private static final int KEYS = 50_000;

    private final Map<DocKey, ContentHash> contents = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<DocKey, ContentHash> eldest) {
                    return size() > KEYS;
                }
            };

    /** The key was left as it is while the device held this content. */
    synchronized void add(DocKey key, ContentHash local) {
        contents.put(key, local);
    }

    /** Whether the key was left alone with just this content. */
    synchronized boolean contains(DocKey key, ContentHash local) {
        return local.equals(contents.get(key));
    }

    /** The key was brought into step. */
    synchronized void remove(DocKey key) {
        contents.remove(key);
    }

    /** The rules have changed for all: every key deserves another look. */
    synchronized void clear() {
        contents.clear();
    }

    /** The rules for a collection have changed: all its keys deserve another look. */
    synchronized void forget(String collection) {
        contents.keySet().removeIf(key -> key.collection().equals(collection));
    }
}
