package io.tandem.engine.model;

import java.util.Locale;

/** Who wins when a key that was never synced exists on both sides with different content. */
public enum InitialSyncPreference {
    /** The younger of two {@code updatedAt}-like fields; the hub when either document has none. */
    NEWEST,
    /** The hub. */
    ATLAS,
    /** The device. */
    LOCAL;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming what is allowed */
    public static InitialSyncPreference parse(String label) {
        for (InitialSyncPreference preference : values()) {
            if (preference.label().equals(label.strip().toLowerCase(Locale.ROOT))) {
                return preference;
            }
        }
        throw new IllegalArgumentException(
                "unknown initial sync preference '" + label + "'; allowed: newest, atlas, local");
    }
}
