package io.tandem.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Nobody overlooks that the dashboard was not tested. */
class ChromiumTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

    @Test
    void missingChromiumLeavesTheTestsOutAndSaysSoLoudly() {
        assertThatThrownBy(() -> Chromium.missing(Map.of(), out)).isInstanceOf(TestAbortedException.class);

        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("NOT TESTED HERE: the dashboard", "apt-get install chromium", "TANDEM_CHROMIUM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "yes"})
    void missingChromiumFailsWhereBuildsAreJudged(String ci) {
        assertThatThrownBy(() -> Chromium.missing(Map.of("CI", ci), out))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NOT TESTED HERE");
    }

    @Test
    void namedExecutableIsTheOnlyOneLookedFor() {
        List<String> usual = List.of(System.getProperty("java.home") + "/bin/java");

        assertThat(Chromium.find(Map.of("TANDEM_CHROMIUM", "/nowhere/chromium"), usual))
                .isEmpty();
        assertThat(Chromium.find(Map.of(), usual)).isPresent();
        assertThat(Chromium.find(Map.of(), List.of("/nowhere/chromium"))).isEmpty();
    }
}
