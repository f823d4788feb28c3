package io.tandem.engine.model;

import java.util.Locale;

/** What may happen to a collection. Declared from the freest to the strictest. */
public enum CollectionMode {
    /** Changes travel in both directions. */
    BOTH,
    /** Local changes go to the hub; the hub is never applied locally, and the local side always wins. */
    PUSH_ONLY,
    /** Everything is planned and counted, nothing is written on either side. */
    OBSERVE,
    /** Nothing is planned or written; the collection catches up when it is resumed. */
    PAUSED;

    /** The spelling in settings, JSON and messages, for example {@code push-only}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException naming what is allowed */
    public static CollectionMode parse(String label) {
        for (CollectionMode mode : values()) {
            if (mode.label().equals(label.strip().toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "unknown collection mode '" + label + "'; allowed: both, push-only, observe, paused");
    }
}
