package io.tandem.embedded.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The server's half of one SCRAM-SHA-256 exchange: challenge, proof, signature, and an optional empty last round. */
final class ScramConversation implements Conversation {

    private enum State {
        AWAITS_PROOF,
        AUTHENTICATED,
        OVER
    }

    private final ClientFirstMessage first;
    private final ScramCredential credential;
    private final String nonce;
    private final String challenge;
    private State state = State.AWAITS_PROOF;
    private byte[] reply;

    ScramConversation(ClientFirstMessage first, ScramCredential credential, String serverNonce) {
        this.first = first;
        this.credential = credential;
        this.nonce = first.nonce() + serverNonce;
        this.challenge = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt()) + ",i="
                + credential.iterations();
        this.reply = challenge.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] reply() {
        return reply.clone();
    }

    @Override
    public void next(byte[] payload) throws AuthenticationFailure {
        State before = state;
        state = State.OVER; // unless this message turns out well
        switch (before) {
            case AWAITS_PROOF -> checkProof(payload);
            case AUTHENTICATED -> endWithEmptyMessage(payload);
            case OVER -> throw AuthenticationFailure.malformed("the conversation is over");
        }
        state = State.AUTHENTICATED;
    }

    @Override
    public boolean isAuthenticated() {
        return state == State.AUTHENTICATED;
    }

    @Override
    public String userName() {
        return first.userName();
    }

    private void checkProof(byte[] payload) throws AuthenticationFailure {
        String message = ClientFirstMessage.text(payload);
        int proofAt = message.lastIndexOf(",p=");
        if (proofAt < 0) {
            throw AuthenticationFailure.malformed("no proof");
        }
        String withoutProof = message.substring(0, proofAt);
        String expected =
                "c=" + Base64.getEncoder().encodeToString(first.gs2Header().getBytes(StandardCharsets.UTF_8)) + ",r="
                        + nonce;
        if (!withoutProof.equals(expected) && !withoutProof.startsWith(expected + ",")) {
            throw AuthenticationFailure.malformed("header or nonce differ from the first message");
        }
        String authMessage = first.bare() + "," + challenge + "," + withoutProof;
        if (!credential.accepts(decoded(message.substring(proofAt + 3)), authMessage)) {
            throw AuthenticationFailure.wrongCredentials();
        }
        String signature = Base64.getEncoder().encodeToString(credential.serverSignature(authMessage));
        reply = ("v=" + signature).getBytes(StandardCharsets.UTF_8);
    }

    private void endWithEmptyMessage(byte[] payload) throws AuthenticationFailure {
        if (payload.length != 0) {
            throw AuthenticationFailure.malformed("the last message must be empty");
        }
        reply = new byte[0];
    }

    private static byte[] decoded(String base64) throws AuthenticationFailure {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw AuthenticationFailure.malformed("the proof is not base64");
        }
    }
}
