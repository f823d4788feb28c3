package io.tandem.agent.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskingTest {

    @Test
    void hidesPasswordsOfConnectionStringsInAnyText() {
        assertThat(Masking.patterns("no mongodb+srv://shop:s3cret%40x@c0.example.net/shop?w=1 today"))
                .isEqualTo("no mongodb+srv://shop:<hidden>@c0.example.net/shop?w=1 today");
        assertThat(Masking.patterns("MONGODB://u:p@@a:1,b:2/x")).isEqualTo("MONGODB://u:<hidden>@a:1,b:2/x");
        assertThat(Masking.patterns("mongodb://localhost:27017/x")).isEqualTo("mongodb://localhost:27017/x");
        assertThat(Masking.patterns("mongodb://u@h/x")).isEqualTo("mongodb://u@h/x");
        assertThat(Masking.patterns("mongodb://h/x?authMechanismProperties=AWS_SESSION_TOKEN:abc&w=1"))
                .isEqualTo("mongodb://h/x?authMechanismProperties=<hidden>&w=1");
    }

    @Test
    void hidesBearerTokensHoweverTheyAreSpelt() {
        assertThat(Masking.patterns("Authorization: Bearer abc.def-1 and bEaReR xyz; end"))
                .isEqualTo("Authorization: Bearer <hidden> and bEaReR <hidden>; end");
    }

    @Test
    void hidesASecretInEveryFormInWhichItCanAppear() {
        String password = "p\"a\\s/s w:rd@%+\u00e4";
        Masking masking = Masking.of(List.of("p%22a%5Cs%2Fs%20w%3Ard%40%25%2B%C3%A4"));

        for (String form : List.of(
                password,
                "p%22a%5Cs%2Fs%20w%3Ard%40%25%2B%C3%A4",
                "p%22a%5cs%2fs%20w%3ard%40%25%2b%c3%a4",
                Json.write(Map.of("message", password)))) {
            assertThat(masking.apply("x " + form + " y"))
                    .as(form)
                    .contains(Masking.HIDDEN)
                    .doesNotContain("w:rd")
                    .doesNotContainIgnoringCase("w%3Ard");
        }
    }

    @Test
    void aLongerSecretIsHiddenWhole() {
        assertThat(Masking.of(List.of("abcd", "abcdefgh")).apply("abcdefgh abcd"))
                .isEqualTo("<hidden> <hidden>");
    }

    @Test
    void aVeryShortSecretWouldBlankOutEverything() {
        assertThat(Masking.of(List.of("a", "")).apply("a banana")).isEqualTo("a banana");
    }
}
