package io.tandem.embedded.auth;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * SCRAM-SHA-256 for a fixed set of users (RFC 5802, RFC 7677), without channel binding. Any thread; immutable.
 *
 * <p>An unknown user gets the same kind of answer as a known one, with a salt that is always the same for that name, and fails only at
 * the proof: the server does not tell who exists.
 */
public final class ScramAuthenticator implements Authenticator {

    /** The one mechanism offered. */
    public static final String MECHANISM = "SCRAM-SHA-256";

    private static final int NONCE_BYTES = 24;
    private static final int SALT_BYTES = 28;

    private final Map<String, ScramCredential> credentials;
    private final SecureRandom random;
    private final Supplier<String> nonces;
    private final byte[] secretOfUnknownSalts = new byte[32];

    private ScramAuthenticator(Map<String, ScramCredential> credentials, SecureRandom random, Supplier<String> nonces) {
        this.credentials = Map.copyOf(credentials);
        this.random = random;
        this.nonces = nonces;
        random.nextBytes(secretOfUnknownSalts);
    }

    /**
     * An authenticator for these users.
     *
     * @param passwords password by user name; kept only as derived keys
     * @throws IllegalArgumentException when a name or a password is empty or holds a character that SASLprep refuses
     */
    public static ScramAuthenticator of(Map<String, String> passwords) {
        SecureRandom random = new SecureRandom();
        Map<String, ScramCredential> credentials = new TreeMap<>();
        passwords.forEach((name, password) -> {
            String prepared = SaslPrep.prepare(name);
            if (prepared.isEmpty()) {
                throw new IllegalArgumentException("A user name is empty.");
            }
            credentials.put(prepared, ScramCredential.of(password, random));
        });
        return new ScramAuthenticator(credentials, random, () -> nonce(random));
    }

    static ScramAuthenticator withNonce(Map<String, ScramCredential> credentials, String nonce) {
        return new ScramAuthenticator(credentials, new SecureRandom(), () -> nonce);
    }

    @Override
    public Conversation start(String mechanism, byte[] payload) throws AuthenticationFailure {
        if (!MECHANISM.equals(mechanism)) {
            throw AuthenticationFailure.unsupportedMechanism(mechanism);
        }
        ClientFirstMessage first = ClientFirstMessage.parse(payload);
        ScramCredential credential = credentials.get(first.userName());
        return new ScramConversation(first, credential == null ? unusable(first.userName()) : credential, nonces.get());
    }

    @Override
    public List<String> mechanisms(String userName) {
        return List.of(MECHANISM);
    }

    private ScramCredential unusable(String userName) {
        byte[] salt = Arrays.copyOf(ScramCredential.hmac(secretOfUnknownSalts, userName), SALT_BYTES);
        return ScramCredential.unusable(salt, random);
    }

    private static String nonce(SecureRandom random) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
