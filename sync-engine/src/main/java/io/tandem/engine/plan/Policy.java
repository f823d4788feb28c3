package io.tandem.engine.plan;

import io.tandem.engine.model.InitialSyncPreference;

/**
 * How one collection is to be decided. Immutable.
 *
 * @param pushOnly whether the hub is never applied locally
 * @param resolver who decides conflicts
 * @param initialSync who wins a first contact
 * @param hasHistory whether the device has a feed: of a local change that none tells of nobody knows that it was made
 */
public record Policy(
        boolean pushOnly, ConflictResolver resolver, InitialSyncPreference initialSync, boolean hasHistory) {
    /** For a device whose server has change streams. */
    public Policy(boolean pushOnly, ConflictResolver resolver, InitialSyncPreference initialSync) {
        this(pushOnly, resolver, initialSync, true);
    }

    /** The same for a device whose server has no change streams. */
    public Policy withoutHistory() {
        return new Policy(pushOnly, resolver, initialSync, false);
    }

    /** Whether base contents have to be remembered. */
    public boolean keepsContent() {
        return resolver.needsBase();
    }
}
