package io.tandem.engine.read;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.StateId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the three states of a batch of keys: base, local, hub, in this order. Thread-safe.
 *
 * <p>The hub is not asked about a key that only the local feed reported and whose local content is what was agreed: nothing
 * happened to it that the hub could not know. This is what makes a local echo cheap even when nobody expected it. It does not hold for
 * what the feed tells of the time before it was opened: an agent may have died between a write to the hub and its note.
 *
 * <p>Next: {@code plan/Planner}.
 */
public final class ThreeStateReader {
    private final StateReader documents;
    private final BaseStore bases;

    public ThreeStateReader(StateReader documents, BaseStore bases) {
        this.documents = documents;
        this.bases = bases;
    }

    /**
     * What was read.
     *
     * @param states keys to plan
     * @param clean keys that need no plan
     */
    public record Loaded(List<KeyStates> states, List<DocKey> clean) {}

    /**
     * Loads a batch; throws {@link TooLargeABatch} when that would need too much memory.
     *
     * @param hints what is known about each key
     */
    public Loaded load(Map<DocKey, Hints> hints) {
        Map<DocKey, BaseRecord> base = bases.load(hints.keySet());
        Map<DocKey, Doc> local = documents.readLocalBatch(hints.keySet());
        List<DocKey> clean = new ArrayList<>();
        List<DocKey> open = new ArrayList<>();
        for (DocKey key : hints.keySet()) {
            BaseRecord record = base.getOrDefault(key, BaseRecord.NONE);
            ContentHash hash =
                    Optional.ofNullable(local.get(key)).map(Doc::hash).orElse(ContentHash.DELETED);
            boolean agreed = record.state().orElse(StateId.NEVER).hash().equals(hash) && !record.isOpen();
            (agreed && hints.getOrDefault(key, Hints.NONE).onlyLocal() ? clean : open).add(key);
        }
        Map<DocKey, HubState> hub = open.isEmpty() ? Map.of() : documents.readHub(open, base::containsKey);
        List<KeyStates> states = new ArrayList<>(open.size());
        for (DocKey key : open) {
            states.add(new KeyStates(
                    key,
                    Optional.ofNullable(local.get(key)),
                    base.getOrDefault(key, BaseRecord.NONE),
                    hub.getOrDefault(key, HubState.EMPTY),
                    hints.getOrDefault(key, Hints.NONE)));
        }
        return new Loaded(states, clean);
    }
}
