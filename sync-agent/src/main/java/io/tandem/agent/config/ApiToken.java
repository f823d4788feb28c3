package io.tandem.agent.config;

import io.tandem.agent.text.Masking;
import java.util.Locale;

/**
 * Who may call the HTTP interface, as written in the settings. Its text form hides the token.
 *
 * @param name who it is, for the audit log
 * @param role what they may do
 * @param token the secret they send
 */
public record ApiToken(String name, Role role, String token) {

    /** What a caller may do. Each role includes those before it. */
    public enum Role {
        /** Look. */
        READ,
        /** Change documents, pause, retry, restore. */
        WRITE,
        /** Everything: toggle, resync, approve deletes. */
        ADMIN;

        /** The spelling in settings and JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether this role may do what the other may. */
        public boolean includes(Role needed) {
            return compareTo(needed) >= 0;
        }

        /** @throws IllegalArgumentException naming what is allowed */
        static Role parse(String label) {
            for (Role role : values()) {
                if (role.label().equals(label.strip().toLowerCase(Locale.ROOT))) {
                    return role;
                }
            }
            throw new IllegalArgumentException("names the role '" + label + "'; allowed: read, write, admin");
        }
    }

    @Override
    public String toString() {
        return name + ":" + role.label() + ":" + Masking.HIDDEN;
    }
}
