package io.tandem.embedded.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The exchange of RFC 7677 section 3, byte for byte, and every way to get it wrong. */
class ScramAuthenticatorTest {

    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String WITHOUT_PROOF = "c=biws,r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    private final Authenticator authenticator = ScramAuthenticator.withNonce(
            Map.of("user", ScramCredential.of("pencil", SALT, 4096), "a,b=c", ScramCredential.of("pencil", SALT, 4096)),
            SERVER_NONCE);

    @Test
    void followsTheExampleOfTheRfc() throws AuthenticationFailure {
        Conversation conversation = start(FIRST);
        assertThat(text(conversation.reply()))
                .isEqualTo("r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(conversation.isAuthenticated()).isFalse();

        conversation.next(bytes(WITHOUT_PROOF + ",p=" + PROOF));

        assertThat(text(conversation.reply())).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(conversation.isAuthenticated()).isTrue();
        assertThat(conversation.userName()).isEqualTo("user");
    }

    @Test
    void allowsOneEmptyRoundAfterTheProof() throws AuthenticationFailure {
        Conversation conversation = start(FIRST);
        conversation.next(bytes(WITHOUT_PROOF + ",p=" + PROOF));

        conversation.next(new byte[0]);

        assertThat(conversation.reply()).isEmpty();
        assertThat(conversation.isAuthenticated()).isTrue();
        assertThatThrownBy(() -> conversation.next(bytes("more"))).hasMessageContaining("must be empty");
        assertThat(conversation.isAuthenticated()).isFalse();
    }

    @Test
    void refusesAWrongProofAndEndsTheConversation() throws AuthenticationFailure {
        Conversation conversation = start(FIRST);
        String wrong = "A" + PROOF.substring(1);

        assertFails(conversation, WITHOUT_PROOF + ",p=" + wrong, 18, "Authentication failed.");

        assertThat(conversation.isAuthenticated()).isFalse();
        assertFails(conversation, WITHOUT_PROOF + ",p=" + PROOF, 17, "is over");
    }

    @Test
    void refusesAProofOfAnotherLength() throws AuthenticationFailure {
        assertFails(start(FIRST), WITHOUT_PROOF + ",p=AAAA", 18, "Authentication failed.");
    }

    @Test
    void refusesAProofThatIsNotBase64OrIsMissing() throws AuthenticationFailure {
        assertFails(start(FIRST), WITHOUT_PROOF + ",p=***", 17, "not base64");
        assertFails(start(FIRST), WITHOUT_PROOF, 17, "no proof");
    }

    @Test
    void refusesAnotherNonceOrHeaderThanBefore() throws AuthenticationFailure {
        assertFails(start(FIRST), "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + PROOF, 17, "header or nonce");
        assertFails(start(FIRST), WITHOUT_PROOF.replace("biws", "eSws") + ",p=" + PROOF, 17, "header or nonce");
    }

    @Test
    void answersAnUnknownUserLikeAKnownOneUntilTheProof() throws AuthenticationFailure {
        String first = FIRST.replace("n=user", "n=nobody");
        Conversation conversation = start(first);

        assertThat(text(conversation.reply())).matches("r=rOprNGfwEbeRWgbNEkqO.*,s=[A-Za-z0-9+/=]{40},i=15000");
        assertThat(conversation.reply()).isEqualTo(start(first).reply());
        assertFails(conversation, WITHOUT_PROOF + ",p=" + PROOF, 18, "Authentication failed.");
    }

    @Test
    void readsEscapedUserNames() throws AuthenticationFailure {
        assertThat(start("n,,n=a=2Cb=3Dc,r=x").userName()).isEqualTo("a,b=c");
        assertThatThrownBy(() -> start("n,,n=a=b,r=x")).hasMessageContaining("not escaped");
    }

    @Test
    void refusesWhatItDoesNotOffer() {
        assertThatThrownBy(() -> authenticator.start("SCRAM-SHA-1", bytes(FIRST)))
                .isInstanceOfSatisfying(
                        AuthenticationFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(334))
                .hasMessageContaining("SCRAM-SHA-1");
        assertThatThrownBy(() -> start("p=tls-unique,,n=user,r=x")).hasMessageContaining("channel binding");
        assertThatThrownBy(() -> start("n,a=other,n=user,r=x")).hasMessageContaining("cannot act for another");
        assertThatThrownBy(() -> start("n,,m=ext,n=user,r=x")).hasMessageContaining("no user name");
        assertThatThrownBy(() -> start("n,,n=user,r=")).hasMessageContaining("no nonce");
        assertThatThrownBy(() -> start("garbage")).hasMessageContaining("no header");
        assertThatThrownBy(() -> authenticator.start("SCRAM-SHA-256", new byte[] {(byte) 0xff}))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void derivesCredentialsAsAServerDoesAndKeepsThemToItself() {
        ScramCredential credential = ScramCredential.of("s3cret", new java.security.SecureRandom());

        assertThat(credential.iterations()).isEqualTo(15_000);
        assertThat(credential.salt()).hasSize(28);
        assertThat(credential.toString()).doesNotContain("s3cret").contains("<hidden>");
    }

    @Test
    void refusesEmptyNamesAndPasswords() {
        assertThatThrownBy(() -> ScramAuthenticator.of(Map.of("", "x"))).hasMessageContaining("user name is empty");
        assertThatThrownBy(() -> ScramAuthenticator.of(Map.of("x", ""))).hasMessageContaining("password is empty");
    }

    private Conversation start(String message) throws AuthenticationFailure {
        return authenticator.start("SCRAM-SHA-256", bytes(message));
    }

    private static void assertFails(Conversation conversation, String message, int code, String text) {
        assertThatThrownBy(() -> conversation.next(bytes(message)))
                .isInstanceOfSatisfying(
                        AuthenticationFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
