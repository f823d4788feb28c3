package io.tandem.embedded.auth;

import java.util.List;

/**
 * The server's side of SASL authentication, for {@code saslStart}, {@code saslContinue} and {@code hello}. Any thread.
 *
 * <p>The caller keeps the {@link Conversation} per connection, checks that a continued one has the right id, and forgets it when it is
 * done or has failed.
 */
public interface Authenticator {

    /**
     * Begins a conversation with the payload of a {@code saslStart} command.
     *
     * @throws AuthenticationFailure when the mechanism is not offered or the payload is not what the mechanism begins with
     */
    Conversation start(String mechanism, byte[] payload) throws AuthenticationFailure;

    /** The mechanisms to announce for a user in the reply to {@code hello} with {@code saslSupportedMechs}; the same for unknown users. */
    List<String> mechanisms(String userName);
}
