package io.tandem.embedded.auth;

/** An authentication that ended badly: the error code, its name and the message that a real server sends. Holds no secret. */
public final class AuthenticationFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String codeName;

    private AuthenticationFailure(int code, String codeName, String message) {
        super(message);
        this.code = code;
        this.codeName = codeName;
    }

    /** Wrong user or password. The message does not say which. */
    static AuthenticationFailure wrongCredentials() {
        return new AuthenticationFailure(18, "AuthenticationFailed", "Authentication failed.");
    }

    static AuthenticationFailure unsupportedMechanism(String mechanism) {
        return new AuthenticationFailure(
                334,
                "MechanismUnavailable",
                "Unsupported mechanism '" + mechanism + "' on authentication database; only SCRAM-SHA-256 is offered");
    }

    static AuthenticationFailure malformed(String what) {
        return new AuthenticationFailure(17, "ProtocolError", "Malformed SCRAM-SHA-256 message: " + what);
    }

    /** The numeric error code for the command reply. */
    public int code() {
        return code;
    }

    /** The name of the error code for the command reply. */
    public String codeName() {
        return codeName;
    }
}
