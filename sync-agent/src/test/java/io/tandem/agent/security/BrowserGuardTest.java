package io.tandem.agent.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrowserGuardTest {

    @Test
    void withoutTokensOnlyNamesOfThisMachineAreAnswered() {
        for (String host : List.of(
                "localhost", "LOCALHOST:5000", "127.0.0.1:5000", "127.8.9.10", "[::1]:5000", "[0:0:0:0:0:0:0:1]")) {
            assertThat(open(host)).as(host).isEmpty();
        }
        for (String host : List.of(
                "",
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example:5000",
                "127.evil.example",
                "192.168.0.7",
                "0.0.0.0:5000",
                "[::2]")) {
            assertThat(open(host)).as(host).get().asString().contains("Host header");
            assertThat(BrowserGuard.refuse(host, Optional.empty(), Optional.empty(), false, true))
                    .as("with tokens: " + host)
                    .isEmpty();
        }
    }

    @Test
    void anotherOriginIsRefusedWhateverItAsks() {
        for (String origin : List.of(
                "https://evil.example", "http://localhost:3000", "null", "http://localhost:5000.evil.example", "%%%")) {
            assertThat(BrowserGuard.refuse("localhost:5000", Optional.of(origin), Optional.empty(), false, false))
                    .as(origin)
                    .isPresent();
        }
        assertThat(BrowserGuard.refuse(
                        "localhost:5000",
                        Optional.of("http://localhost:5000"),
                        Optional.of("same-origin"),
                        false,
                        false))
                .isEmpty();
    }

    @Test
    void anotherSiteMayLinkToAPageAndNothingElse() {
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(BrowserGuard.refuse("localhost", Optional.empty(), Optional.of(site), false, false))
                    .as("an image, a script, a form of another page")
                    .isPresent();
            assertThat(BrowserGuard.refuse("localhost", Optional.empty(), Optional.of(site), true, false))
                    .as("a link that a person follows")
                    .isEmpty();
        }
        assertThat(BrowserGuard.refuse("localhost", Optional.empty(), Optional.of("none"), false, false))
                .as("typed by a person")
                .isEmpty();
    }

    private static Optional<String> open(String host) {
        return BrowserGuard.refuse(host, Optional.empty(), Optional.empty(), false, false);
    }
}
