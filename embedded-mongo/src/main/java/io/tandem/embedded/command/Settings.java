package io.tandem.embedded.command;

import io.tandem.embedded.auth.Authenticator;
import org.jspecify.annotations.Nullable;

/**
 * How the server presents itself. Immutable.
 *
 * @param replicaSet name of the replica set; null for a standalone server
 * @param wireVersion highest wire version announced
 * @param authenticator who may log in; null when everybody may do everything
 * @param diskBacked whether changes survive the process
 */
public record Settings(
        @Nullable String replicaSet,
        int wireVersion,
        @Nullable Authenticator authenticator,
        boolean diskBacked) {
    static final int WIRE_5_0 = 13;
    static final int WIRE_6_0 = 17;

    public boolean isReplicaSet() {
        return replicaSet != null;
    }

    /** The server release that goes with the wire version. */
    public String version() {
        return switch (wireVersion) {
            case 8 -> "4.2.24";
            case 9 -> "4.4.29";
            case 13 -> "5.0.31";
            case 17 -> "6.0.20";
            case 21 -> "7.0.16";
            default ->
                wireVersion < 13 ? "4.4.29" : wireVersion < 17 ? "5.0.31" : wireVersion < 21 ? "6.0.20" : "7.0.16";
        };
    }

    /** Whether change events carry `wallTime`, and images are kept on request. */
    public boolean isAtLeast60() {
        return wireVersion >= WIRE_6_0;
    }

    /** Whether pipeline updates are reported with a delta. */
    public boolean isAtLeast50() {
        return wireVersion >= WIRE_5_0;
    }
}
