package io.tandem.embedded.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 4013 section 3, and what the driver's own preparation says about the same texts. */
class SaslPrepTest {

    @ParameterizedTest
    @CsvSource({
        "I\u00ADX, IX",
        "user, user",
        "USER, USER",
        "\u00AA, a",
        "\u2168, IX",
        "a\u00A0b, a b",
        "\u0627\u0031\u0628, \u0627\u0031\u0628"
    })
    void preparesAsTheRfcSays(String text, String prepared) {
        assertThat(SaslPrep.prepare(text)).isEqualTo(prepared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0007", "\u0627\u0031", "a\u0627", "\uE000", "x\uFFFDx", "a\u200Eb", "\uD800", "line\nbreak"})
    void refusesWhatTheRfcProhibits(String text) {
        assertThatThrownBy(() -> SaslPrep.prepare(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RFC 4013");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pencil",
                "p\u00E4ssw\u00F6rt",
                "pa\u0308ss",
                "z\u2160\uFB01",
                "  spaces  ",
                "\u3000x",
                "\u05D0\u05D1",
                "a=b,c"
            })
    void agreesWithTheDriver(String text) {
        assertThat(SaslPrep.prepare(text)).isEqualTo(com.mongodb.internal.authentication.SaslPrep.saslPrepStored(text));
    }
}
