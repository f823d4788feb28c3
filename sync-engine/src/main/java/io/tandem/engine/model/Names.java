package io.tandem.engine.model;

import java.util.Objects;

/**
 * The names of the engine's own collections, and which other collections it may touch. Immutable.
 *
 * @param scope empty for a device; otherwise the prefix that all touched collections share
 */
public record Names(String scope) {
    private static final String RESERVED = "_tandem_";

    public Names {
        Objects.requireNonNull(scope);
    }

    /** Device side: identity, positions, lease and notes. */
    public String metadata() {
        return internal("sync_metadata");
    }

    /** Device side: base states, intents and dirty marks. */
    public String state() {
        return internal("sync_state");
    }

    /** Device side: what could not be applied. */
    public String quarantine() {
        return internal("sync_quarantine");
    }

    /** Hub side: deletes. */
    public String tombstones() {
        return internal("sync_tombstones");
    }

    /** Hub side: the conflict log. */
    public String conflicts() {
        return internal("sync_conflicts");
    }

    /** Hub side: one heartbeat document per device. */
    public String devices() {
        return internal("sync_devices");
    }

    /** Hub side: identity and epoch. */
    public String hub() {
        return internal("sync_hub");
    }

    private String internal(String name) {
        return scope.isEmpty() ? "_" + name : scope + name;
    }

    /** Whether a collection of that name belongs to an application and to this scope. */
    public boolean isApplication(String collection) {
        if (collection.startsWith("system.")
                || collection.startsWith("enxcol_.")
                || collection.startsWith("tmp.agg_out.")
                || (collection.startsWith("tmp") && collection.endsWith(".renameCollection"))
                || collection.contains("$")) {
            return false;
        }
        if (scope.isEmpty()) {
            return !collection.startsWith("_sync_") && !collection.startsWith(RESERVED);
        }
        return collection.startsWith(scope) && !collection.startsWith(scope + "sync_");
    }
}
