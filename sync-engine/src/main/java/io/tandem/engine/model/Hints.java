package io.tandem.engine.model;

import java.util.OptionalLong;

/**
 * What the events said that made a key dirty. Hints never carry a change; they only date it.
 *
 * @param localTime hybrid logical time, in the hub's time base, of the latest local event; empty when found by a scan
 * @param hubTime hybrid logical time of the latest hub event; empty when found by a scan
 * @param hubDelete whether that hub event was a delete
 * @param hubMeta whether that hub event showed metadata: an agent wrote, or somebody saved a document with the metadata it had
 * @param onlyLocal whether nobody but the local feed reported the key
 */
public record Hints(
        OptionalLong localTime, OptionalLong hubTime, boolean hubDelete, boolean hubMeta, boolean onlyLocal) {
    public static final Hints NONE = new Hints(OptionalLong.empty(), OptionalLong.empty(), false, false, false);

    public static Hints local(long time) {
        return new Hints(OptionalLong.of(time), OptionalLong.empty(), false, false, true);
    }

    /** An edit or a delete that shows no metadata. */
    public static Hints hub(long time, boolean delete) {
        return new Hints(OptionalLong.empty(), OptionalLong.of(time), delete, false, false);
    }

    /** A write that shows metadata. */
    public static Hints hubWithMeta(long time) {
        return new Hints(OptionalLong.empty(), OptionalLong.of(time), false, true, false);
    }

    /** Whether the hub's feed told last of what only a person or an application can have done. */
    public boolean isByHand() {
        return hubTime.isPresent() && !hubMeta;
    }

    /** The same, but saying nothing about who reported the key, so that neither side is left out when it is looked at. */
    public Hints onBothSides() {
        return new Hints(localTime, hubTime, hubDelete, hubMeta, false);
    }

    /** The same, but saying nothing about when the hub's document was changed. */
    public Hints withoutHub() {
        return new Hints(localTime, OptionalLong.empty(), false, false, onlyLocal);
    }

    /** Both together; of two times of one side the later counts. */
    public Hints and(Hints other) {
        boolean otherHubIsLater = other.hubTime.isPresent() && other.hubTime.getAsLong() >= hubTime.orElse(0);
        Hints hub = otherHubIsLater ? other : this;
        return new Hints(
                later(localTime, other.localTime),
                hub.hubTime,
                hub.hubDelete,
                hub.hubMeta,
                onlyLocal && other.onlyLocal);
    }

    private static OptionalLong later(OptionalLong a, OptionalLong b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : OptionalLong.of(Math.max(a.getAsLong(), b.getAsLong()));
    }
}
