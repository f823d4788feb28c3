package io.tandem.simulation.memory;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.read.StateReader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads both sides. */
public final class MemoryStateReader implements StateReader {
    private final MemoryDatabase local;
    private final MemoryHub hub;

    public MemoryStateReader(MemoryDatabase local, MemoryHub hub) {
        this.local = local;
        this.hub = hub;
    }

    @Override
    public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
        Map<DocKey, Doc> found = new LinkedHashMap<>();
        for (DocKey key : keys) {
            local.find(key).ifPresent(doc -> found.put(key, doc));
        }
        return found;
    }

    @Override
    public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
        Map<DocKey, HubState> found = new LinkedHashMap<>();
        for (DocKey key : keys) {
            Optional<Doc> doc = hub.database().find(key);
            found.put(key, new HubState(doc, hub.tombstone(key)));
        }
        return found;
    }
}
