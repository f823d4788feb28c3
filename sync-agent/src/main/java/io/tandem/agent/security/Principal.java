package io.tandem.agent.security;

import io.tandem.agent.config.ApiToken.Role;

/**
 * Who calls.
 *
 * @param name the token's name; {@code local} where no login is needed
 * @param role what they may do
 */
public record Principal(String name, Role role) {
    /** Everybody on this machine, where no tokens are set. */
    public static final Principal LOCAL = new Principal("local", Role.ADMIN);
}
