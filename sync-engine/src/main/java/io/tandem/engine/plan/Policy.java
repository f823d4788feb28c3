package io.tandem.engine.plan;

import io.tandem.engine.model.InitialSyncPreference;

/**
 * How one collection is to be decided. Immutable.
 *
 * @param pushOnly whether the hub is never applied locally
 * @param resolver who decides conflicts
 * @param initialSync who wins a first contact
 */
public record Policy(boolean pushOnly, ConflictResolver resolver, InitialSyncPreference initialSync) {
    /** Whether base contents have to be remembered. */
    public boolean keepsContent() {
        return resolver.needsBase();
    }
}
