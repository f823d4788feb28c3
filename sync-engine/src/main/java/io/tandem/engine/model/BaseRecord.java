package io.tandem.engine.model;

import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * What the device remembers of a key.
 *
 * @param state what device and hub last agreed on; empty when they never did
 * @param content the content of that state, kept only where fields are merged
 * @param intent a local write under way
 * @param pushing a hub write under way, noted only where fields are merged or no feed tells of local changes
 * @param mark what is noted where the key could not be looked at yet, or has to be looked at again
 */
public record BaseRecord(
        Optional<StateId> state,
        Optional<RawBsonDocument> content,
        Optional<Intent> intent,
        Optional<Pushing> pushing,
        Optional<Mark> mark) {
    /** Nothing is remembered. */
    public static final BaseRecord NONE = agreed(Optional.empty(), Optional.empty());

    /** Agreed, nothing under way. */
    public static BaseRecord agreed(StateId state, Optional<RawBsonDocument> content) {
        return agreed(Optional.of(state), content);
    }

    /** Agreed if there is a state, nothing under way. */
    public static BaseRecord agreed(Optional<StateId> state, Optional<RawBsonDocument> content) {
        return new BaseRecord(state, content, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public BaseRecord withIntent(Intent next) {
        return new BaseRecord(state, content, Optional.of(next), pushing, mark);
    }

    public BaseRecord withPushing(Pushing next) {
        return new BaseRecord(state, content, intent, Optional.of(next), mark);
    }

    public BaseRecord withMark(Mark next) {
        return withMark(Optional.of(next));
    }

    public BaseRecord withMark(Optional<Mark> next) {
        return new BaseRecord(state, content, intent, pushing, next);
    }

    /** With a mark that also keeps what events told. */
    public BaseRecord marked(Hints told) {
        return withMark(mark.orElse(Mark.LOOK).and(told));
    }

    /** Whether anything has to be done or found out before device and hub can count as agreed. */
    public boolean isOpen() {
        return intent.isPresent() || pushing.isPresent() || mark.isPresent();
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
