package io.tandem.engine.model;

import java.util.Optional;
import java.util.OptionalLong;
import org.bson.RawBsonDocument;

/**
 * What the device remembers of a key.
 *
 * @param state what device and hub last agreed on; empty when they never did
 * @param content the content of that state, kept only where fields are merged
 * @param intent a local write under way
 * @param pushing a hub write under way, noted only where fields are merged
 * @param dirtyTime hybrid logical time, in the hub's time base, of a local change that the hub does not have yet; zero asks to
 *     look at the key without saying anything about a local change
 */
public record BaseRecord(
        Optional<StateId> state,
        Optional<RawBsonDocument> content,
        Optional<Intent> intent,
        Optional<Pushing> pushing,
        OptionalLong dirtyTime) {
    /** Nothing is remembered. */
    public static final BaseRecord NONE = new BaseRecord(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());

    /** Agreed, nothing under way. */
    public static BaseRecord agreed(StateId state, Optional<RawBsonDocument> content) {
        return new BaseRecord(Optional.of(state), content, Optional.empty(), Optional.empty(), OptionalLong.empty());
    }

    public BaseRecord withIntent(Intent next) {
        return new BaseRecord(state, content, Optional.of(next), pushing, dirtyTime);
    }

    public BaseRecord withPushing(Pushing next) {
        return new BaseRecord(state, content, intent, Optional.of(next), dirtyTime);
    }

    public BaseRecord withDirtyTime(long time) {
        return new BaseRecord(state, content, intent, pushing, OptionalLong.of(time));
    }

    /** Version of the agreed state; {@link Version#NONE} when there is none. */
    public Version version() {
        return state.map(StateId::version).orElse(Version.NONE);
    }

    /** Whether a document was agreed on, as opposed to a delete or nothing. */
    public boolean isLive() {
        return state.isPresent() && !state.get().isDeleted();
    }
}
