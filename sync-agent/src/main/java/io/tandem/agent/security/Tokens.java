package io.tandem.agent.security;

import io.tandem.agent.config.ApiToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that open the HTTP interface, kept as SHA-256 hashes. Immutable; any thread.
 *
 * <p>Every look-up compares with every token in constant time, so that the time of an answer tells nothing about a token or which of them was
 * nearest.
 */
public final class Tokens {
    private final List<Known> known;

    @SuppressWarnings("ArrayRecordComponent") // compared in constant time, never by equals
    private record Known(Principal principal, byte[] hash) {}

    private Tokens(List<Known> known) {
        this.known = known;
    }

    /** Keeps hashes of the given tokens; none means that nobody needs one. */
    public static Tokens of(List<ApiToken> tokens) {
        return new Tokens(tokens.stream()
                .map(token -> new Known(new Principal(token.name(), token.role()), hash(token.token())))
                .toList());
    }

    /** Whether anybody needs a token at all. */
    public boolean required() {
        return !known.isEmpty();
    }

    /** Whose token it is. */
    public Optional<Principal> find(String token) {
        byte[] hash = hash(token);
        Optional<Principal> found = Optional.empty();
        for (Known one : known) {
            if (MessageDigest.isEqual(one.hash(), hash)) {
                found = Optional.of(one.principal());
            }
        }
        return found;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
