package io.tandem.engine.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A durable note that a key has to be looked at, with what was told of it and no later look could find out.
 *
 * @param localTime hybrid logical time, in the hub's time base, of the latest local change; empty when nobody told
 * @param hadDocument whether the device had the document when the mark was made; says nothing where the local time is known
 * @param hubEdit the latest edit or delete by hand on the hub that nobody has looked at yet; the hub's feed dates it only once
 */
public record Mark(OptionalLong localTime, boolean hadDocument, Optional<HubEdit> hubEdit) {
    /** Asks to look at the key and says nothing about it. */
    public static final Mark LOOK = new Mark(OptionalLong.empty(), false, Optional.empty());

    /** The device had the document; when it was changed, nobody told. */
    public static final Mark HAD_DOCUMENT = new Mark(OptionalLong.empty(), true, Optional.empty());

    /**
     * An edit or a delete by hand.
     *
     * @param time hybrid logical time
     * @param delete whether it was a delete
     */
    public record HubEdit(long time, boolean delete) {}

    /** A local change was made at this time. */
    public static Mark at(long localTime) {
        return new Mark(OptionalLong.of(localTime), false, Optional.empty());
    }

    /** What the mark keeps, and what events told since: of two times of one side the later counts. */
    public Mark and(Hints told) {
        Hints all = hints().and(told);
        return new Mark(
                all.localTime(),
                hadDocument,
                all.hubTime().isPresent()
                        ? Optional.of(new HubEdit(all.hubTime().getAsLong(), all.hubDelete()))
                        : Optional.empty());
    }

    public Mark withDocument() {
        return new Mark(localTime, true, hubEdit);
    }

    /** After the edit by hand was looked at. */
    public Mark withoutHubEdit() {
        return new Mark(localTime, hadDocument, Optional.empty());
    }

    /** What it keeps of what the feeds told. */
    public Hints hints() {
        return new Hints(
                localTime,
                hubEdit.map(edit -> OptionalLong.of(edit.time())).orElse(OptionalLong.empty()),
                hubEdit.map(HubEdit::delete).orElse(false));
    }
}
