package io.tandem.agent.http;

import io.tandem.agent.config.ApiToken.Role;
import java.util.Optional;

/** Who may make a call. */
public enum Access {
    /** Anybody. */
    OPEN(Optional.empty()),
    READ(Optional.of(Role.READ)),
    WRITE(Optional.of(Role.WRITE)),
    ADMIN(Optional.of(Role.ADMIN));

    private final Optional<Role> role;

    Access(Optional<Role> role) {
        this.role = role;
    }

    Optional<Role> role() {
        return role;
    }
}
