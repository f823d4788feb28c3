package io.tandem.engine.plan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Version;
import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * What is to be done about one key. Immutable.
 *
 * <p>A plan is either final ({@link Settle}, {@link Push}, {@link Apply}): when it is carried out, the key is in step; or a
 * step on the way ({@link Stamp}, {@link Bury}, {@link RemoveResidue}, {@link MergeLocally}): then the key is looked at again.
 */
public sealed interface Plan {

    /** The conflict that goes to the log before anything is written. */
    default Optional<Conflict> conflict() {
        return Optional.empty();
    }

    /**
     * Nothing to write on either side.
     *
     * @param base what to remember from now on; {@link BaseRecord#NONE} forgets the key; the same record as before means
     *     that nothing is written at all
     * @param adopted whether both sides were found to have made the same change
     * @param conflict content given up although nothing is written, if any
     */
    record Settle(BaseRecord base, boolean adopted, Optional<Conflict> conflict) implements Plan {}

    /**
     * Somebody edited the hub's document directly: give it metadata.
     *
     * @param seen the document to find unchanged
     * @param version what it gets
     */
    record Stamp(Doc seen, Version version) implements Plan {}

    /**
     * Somebody deleted the hub's document directly: leave a tombstone.
     *
     * @param version of the delete
     * @param parent version of the document that was deleted
     */
    record Bury(Version version, Version parent) implements Plan {}

    /**
     * The hub's document is older than its tombstone: remove it.
     *
     * @param seen the document to find unchanged
     * @param conflict keeps its content: it may be an old copy that somebody put back by hand
     */
    record RemoveResidue(Doc seen, Optional<Conflict> conflict) implements Plan {}

    /**
     * The local state goes to the hub.
     *
     * @param local the document to write, or empty to delete
     * @param seen the hub's document to find unchanged, or empty to find none
     * @param next the state both sides will have
     * @param parent version of the hub's document; {@link Version#NONE} when there is none
     * @param conflict present when the hub's state loses
     */
    record Push(Optional<Doc> local, Optional<Doc> seen, StateId next, Version parent, Optional<Conflict> conflict)
            implements Plan {}

    /**
     * The hub's state goes to the device.
     *
     * @param hub the document to write, or empty to delete
     * @param seen the local document to find unchanged, or empty to find none
     * @param next the state both sides will have
     * @param conflict present when the local state loses
     */
    record Apply(Optional<Doc> hub, Optional<Doc> seen, StateId next, Optional<Conflict> conflict) implements Plan {}

    /**
     * A merge of both goes to the device, as if the hub's state had been applied and the merge been made on top of it. The
     * next look pushes it.
     *
     * @param merged the document to write locally
     * @param seen the local document to find unchanged, or empty to find none
     * @param hubState the base state from then on
     * @param hubContent the base content from then on
     * @param dirtyTime hybrid logical time of the merge, above both versions
     * @param conflict both contents
     */
    record MergeLocally(
            RawBsonDocument merged,
            Optional<Doc> seen,
            StateId hubState,
            Optional<RawBsonDocument> hubContent,
            long dirtyTime,
            Optional<Conflict> conflict)
            implements Plan {}
}
