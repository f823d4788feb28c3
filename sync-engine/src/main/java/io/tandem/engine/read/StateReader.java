package io.tandem.engine.read;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads documents by key from their server's primary, majority-committed. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE} or {@code HUB_UNREACHABLE}.
 */
public interface StateReader {
    /** The device's documents; keys without one are missing from the result. */
    Map<DocKey, Doc> readLocal(Collection<DocKey> keys);

    /**
     * The hub's documents and tombstones; every key is in the result.
     *
     * <p>For a key whose document is absent, the tombstone is read after the document was found absent: deleters write the
     * tombstone first, so that a missing one proves that nobody left one.
     */
    Map<DocKey, HubState> readHub(Collection<DocKey> keys);

    /**
     * The same, with one answer less to wait for where nothing is remembered of a key. Its tombstone may then be a moment older than the look
     * for its document: a delete that comes in between is not seen, and the device's document is added as if it had come after it. Whether
     * its version is above or below that tombstone decides then, as for any two writers at the same time. Of a key that both sides had
     * agreed on, the same would be taken for a delete by hand.
     *
     * @param known whether anything is remembered of a key
     */
    default Map<DocKey, HubState> readHub(Collection<DocKey> keys, Predicate<DocKey> known) {
        return readHub(keys);
    }

    /**
     * The same as {@link #readLocal(Collection)}, for a batch that is worked on as a whole.
     *
     * @throws TooLargeABatch as soon as the documents turn out to need more memory than a batch may, never for a single key; the same goes
     *     for {@link #readHub(Collection, Predicate)}
     */
    default Map<DocKey, Doc> readLocalBatch(Collection<DocKey> keys) {
        return readLocal(keys);
    }
}
