package io.tandem.embedded.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the server keeps of a password for SCRAM-SHA-256 (RFC 7677): enough to check a proof, not enough to log in. Immutable.
 *
 * <p>The arrays are owned by this object and never handed out of the package.
 */
public final class ScramCredential {

    /** Rounds of key derivation, as a MongoDB server uses for SCRAM-SHA-256. */
    public static final int ITERATIONS = 15_000;

    private static final int SALT_BYTES = 28;
    private static final int KEY_BITS = 256;

    private final byte[] salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramCredential(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        this.salt = salt;
        this.iterations = iterations;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /**
     * Derives a credential with a new salt. Takes some ten milliseconds, on purpose.
     *
     * @throws IllegalArgumentException when the password is empty or holds characters that {@link SaslPrep} refuses
     */
    public static ScramCredential of(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(password, salt, ITERATIONS);
    }

    static ScramCredential of(String password, byte[] salt, int iterations) {
        String prepared = SaslPrep.prepare(password);
        if (prepared.isEmpty()) {
            throw new IllegalArgumentException("The password is empty.");
        }
        byte[] salted = derive(prepared, salt, iterations);
        byte[] storedKey = sha256(hmac(salted, "Client Key"));
        return new ScramCredential(salt.clone(), iterations, storedKey, hmac(salted, "Server Key"));
    }

    /** A credential that no password fits, to answer unknown users in the same way and at the same pace as known ones. */
    static ScramCredential unusable(byte[] salt, SecureRandom random) {
        byte[] storedKey = new byte[KEY_BITS / 8];
        byte[] serverKey = new byte[KEY_BITS / 8];
        random.nextBytes(storedKey);
        random.nextBytes(serverKey);
        return new ScramCredential(salt.clone(), ITERATIONS, storedKey, serverKey);
    }

    byte[] salt() {
        return salt.clone();
    }

    int iterations() {
        return iterations;
    }

    /** Whether the proof was made with the password of this credential for exactly this exchange. Takes the same time for every wrong proof. */
    boolean accepts(byte[] proof, String authMessage) {
        byte[] signature = hmac(storedKey, authMessage);
        if (proof.length != signature.length) {
            return false;
        }
        byte[] clientKey = new byte[proof.length];
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(sha256(clientKey), storedKey);
    }

    byte[] serverSignature(String authMessage) {
        return hmac(serverKey, authMessage);
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no HmacSHA256, which every Java must have.", e);
        }
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java cannot derive keys with PBKDF2WithHmacSHA256.", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no SHA-256, which every Java must have.", e);
        }
    }

    @Override
    public String toString() {
        return "ScramCredential[<hidden>]";
    }
}
