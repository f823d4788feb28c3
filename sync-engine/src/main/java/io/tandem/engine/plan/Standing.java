package io.tandem.engine.plan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.RawBsonDocument;

/**
 * Where the device stands with a key, after a pending intent was taken into account.
 *
 * @param agreed what both sides last agreed on; empty when they never did
 * @param content its content, if kept
 * @param dirty whether the local content is another one
 * @param floor no new version may be at or below this time
 * @param doubtful whether a write of unknown outcome makes it uncertain that the agreed state is the ancestor of both sides
 * @param knownTime when the local change was made, if an event or a mark told
 * @param unresolvedIntent whether a local write was under way of which the local content shows nothing
 * @param maybeUndone whether the local content is the agreed one, but may have been put back after the intended write
 */
record Standing(
        Optional<StateId> agreed,
        Optional<RawBsonDocument> content,
        boolean dirty,
        long floor,
        boolean doubtful,
        OptionalLong knownTime,
        boolean unresolvedIntent,
        boolean maybeUndone) {

    /**
     * Takes the notes of writes under way into account.
     *
     * @param hasHistory whether the device has a feed, which would have told of a local change
     */
    static Standing of(KeyStates states, boolean hasHistory) {
        BaseRecord base = states.base();
        Optional<Intent> intent = base.intent();
        boolean written = intent.isPresent() && intent.get().expected().equals(states.localHash());
        Optional<Pushing> pushing = base.pushing();
        boolean pushed = !written
                && pushing.isPresent()
                && shownBy(states.hub()).equals(Optional.of(pushing.get().next()));
        Optional<StateId> agreed = written
                ? Optional.of(intent.get().thenBase())
                : pushed ? Optional.of(pushing.get().next()) : base.state();
        Optional<RawBsonDocument> content =
                written ? intent.get().thenContent() : pushed ? pushing.get().content() : base.content();
        ContentHash agreedHash = agreed.orElse(StateId.NEVER).hash();
        OptionalLong known = states.told().localTime();
        // A change after the intended write that leads back to the agreed content has undone that write. One that
        // seems only just later may be an own write before it that the feed tells again; a new key has none.
        long intended = intent.map(i -> i.madeAt().orElse(i.thenBase().version().time()))
                .orElse(Long.MAX_VALUE);
        boolean later = !written && known.orElse(0) > intended;
        boolean undone = later && (agreed.isEmpty() || known.orElse(0) - Planner.DATING_ERROR > intended);
        // What was about to be sent was the local content then: any other one was made since, also the agreed one.
        boolean openPush = pushing.isPresent() && !written && !pushed;
        boolean changedSince =
                openPush && agreed.isPresent() && !pushing.get().next().hash().equals(states.localHash());
        boolean dirty = undone || changedSince || !agreedHash.equals(states.localHash());
        boolean unresolved = intent.isPresent() && !written;
        boolean mayBeLater = hasHistory
                ? known.isPresent() && known.getAsLong() + Planner.DATING_ERROR > intended
                : agreed.isPresent();
        // Content that is neither the one before the intended write nor the one after it may have been made on either.
        boolean untouched = intent.isPresent()
                && intent.get().before().equals(Optional.of(states.localHash()))
                && !agreedHash.equals(states.localHash());
        boolean doubtful = (unresolved && dirty && !untouched) || openPush;
        long floor = Math.max(
                agreed.map(s -> s.version().time()).orElse(0L),
                intent.map(i -> i.thenBase().version().time()).orElse(0L));
        return new Standing(
                agreed, content, dirty, floor, doubtful, known, unresolved, unresolved && mayBeLater && !dirty);
    }

    /** The state that the hub shows of itself: that of its document, or a delete. */
    private static Optional<StateId> shownBy(HubState hub) {
        return hub.doc().isPresent()
                ? hub.doc().flatMap(Doc::validMeta).map(SyncMeta::state)
                : hub.tombstone().map(tombstone -> StateId.deleted(tombstone.version()));
    }

    /** Content that both sides' contents are surely made of, if any is kept. */
    Optional<RawBsonDocument> ancestor() {
        return doubtful ? Optional.empty() : content;
    }

    boolean isLive() {
        return agreed.isPresent() && !agreed.get().isDeleted();
    }

    /**
     * No version of a local change may be at or below this time. A pending intent counts only for a change that nothing dates:
     * one that was made on top of the intended write has a later event, and one that was not must not win by it.
     */
    long localFloor() {
        return knownTime.isPresent() ? version().time() : floor;
    }

    Version version() {
        return agreed.map(StateId::version).orElse(Version.NONE);
    }

    /**
     * What to remember while the next write is under way: a write that was found to have taken place counts as agreed on. The note of one
     * whose outcome nobody knows gives way to that of the next. The doubt must not: without its content no state passes for the ancestor.
     */
    static BaseRecord resolved(KeyStates states) {
        Standing standing = of(states, true);
        return BaseRecord.agreed(standing.agreed(), standing.ancestor())
                .withMark(states.base().mark());
    }

    /** The record to keep when nothing more is under way. */
    BaseRecord record() {
        return agreed.map(state -> BaseRecord.agreed(state, content)).orElse(BaseRecord.NONE);
    }
}
