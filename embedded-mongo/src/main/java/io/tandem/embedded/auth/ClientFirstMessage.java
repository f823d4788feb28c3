package io.tandem.embedded.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The first message of a SCRAM client: {@code n,,n=user,r=nonce}.
 *
 * @param gs2Header the part that says that no channel binding is used, to be repeated by the client in its second message
 * @param bare the message without that part
 * @param userName the user's name, unescaped and prepared
 * @param nonce the client's nonce
 */
record ClientFirstMessage(String gs2Header, String bare, String userName, String nonce) {

    static ClientFirstMessage parse(byte[] payload) throws AuthenticationFailure {
        String message = text(payload);
        int flagEnd = message.indexOf(',');
        int headerEnd = message.indexOf(',', flagEnd + 1);
        if (flagEnd < 0 || headerEnd < 0) {
            throw AuthenticationFailure.malformed("no header");
        }
        String flag = message.substring(0, flagEnd);
        if (!flag.equals("n") && !flag.equals("y")) {
            throw AuthenticationFailure.malformed("channel binding is not offered");
        }
        String actingFor = message.substring(flagEnd + 1, headerEnd);
        String bare = message.substring(headerEnd + 1);
        String[] parts = bare.split(",", -1);
        if (parts.length < 2 || !parts[0].startsWith("n=") || !parts[1].startsWith("r=") || parts[1].length() == 2) {
            throw AuthenticationFailure.malformed("no user name or no nonce");
        }
        String userName = unescaped(parts[0].substring(2));
        if (!actingFor.isEmpty()
                && !(actingFor.startsWith("a=")
                        && unescaped(actingFor.substring(2)).equals(userName))) {
            throw AuthenticationFailure.malformed("a user cannot act for another one");
        }
        return new ClientFirstMessage(message.substring(0, headerEnd + 1), bare, userName, parts[1].substring(2));
    }

    static String text(byte[] payload) throws AuthenticationFailure {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw AuthenticationFailure.malformed("not UTF-8");
        }
    }

    private static String unescaped(String name) throws AuthenticationFailure {
        String plain = name.replace("=2C", ",").replace("=3D", "=");
        String escapedAgain = plain.replace("=", "=3D").replace(",", "=2C");
        if (!escapedAgain.equals(name)) {
            throw AuthenticationFailure.malformed("the user name is not escaped as it must be");
        }
        try {
            return SaslPrep.prepare(plain);
        } catch (IllegalArgumentException e) {
            throw AuthenticationFailure.wrongCredentials();
        }
    }
}
