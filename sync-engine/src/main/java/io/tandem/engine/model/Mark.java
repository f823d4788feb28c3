package io.tandem.engine.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A durable note that a key has to be looked at, with what was told of it and no later look could find out.
 *
 * @param localTime hybrid logical time, in the hub's time base, of the latest local change; empty when nobody told
 * @param hadDocument whether the device had the document when the mark was made; says nothing where the local time is known
 * @param hubChange the latest change on the hub that nobody has looked at yet: if it was made by hand, only the hub's feed dates it, and once
 */
public record Mark(OptionalLong localTime, boolean hadDocument, Optional<HubChange> hubChange) {
    /** Asks to look at the key and says nothing about it. */
    public static final Mark LOOK = new Mark(OptionalLong.empty(), false, Optional.empty());

    /** The device had the document; when it was changed, nobody told. */
    public static final Mark HAD_DOCUMENT = new Mark(OptionalLong.empty(), true, Optional.empty());

    /**
     * A change on the hub that may have been made by hand.
     *
     * @param time hybrid logical time
     * @param delete whether it was a delete
     */
    public record HubChange(long time, boolean delete) {}

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
                        ? Optional.of(new HubChange(all.hubTime().getAsLong(), all.hubDelete()))
                        : Optional.empty());
    }

    public Mark withDocument() {
        return new Mark(localTime, true, hubChange);
    }

    /** After the hub's change was looked at. */
    public Mark withoutHubChange() {
        return new Mark(localTime, hadDocument, Optional.empty());
    }

    /** What it keeps of what the feeds told. */
    public Hints hints() {
        Hints hub = hubChange
                .map(change -> Hints.hub(change.time(), change.delete()))
                .orElse(Hints.NONE);
        return localTime.isPresent()
                ? Hints.local(localTime.getAsLong()).and(hub).onBothSides()
                : hub;
    }
}
