package io.tandem.embedded.auth;

/** One authentication in progress on one connection. One thread at a time. */
public interface Conversation {

    /** The payload of the reply to the last message of the client; empty when the mechanism has nothing more to say. */
    byte[] reply();

    /**
     * Takes the payload of a {@code saslContinue} command; {@link #reply()} then holds the answer.
     *
     * @throws AuthenticationFailure when the client did not prove who it is, or the message is out of place; the conversation is over
     */
    void next(byte[] payload) throws AuthenticationFailure;

    /**
     * Whether the client has proved who it is.
     *
     * <p>A client that did not ask for {@code skipEmptyExchange} sends one more empty message after that, which {@link #next} accepts.
     */
    boolean isAuthenticated();

    /** The user that the client says, or has proved, to be. */
    String userName();
}
