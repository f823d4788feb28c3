package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class ConsoleTextTest {

    @Test
    void withoutALocaleTheSignsAreWrittenInUtf8() {
        assertThat(ConsoleText.encoding(StandardCharsets.US_ASCII, false)).isEqualTo(StandardCharsets.UTF_8);
        assertThat(ConsoleText.encoding(StandardCharsets.ISO_8859_1, false)).isEqualTo(StandardCharsets.UTF_8);
    }

    @Test
    void anEncodingThatHasTheSignsAndAWindowsConsoleAreLeftAsTheyAre() {
        assertThat(ConsoleText.encoding(StandardCharsets.UTF_16, false)).isEqualTo(StandardCharsets.UTF_16);
        Charset console = Charset.forName("IBM437");
        assertThat(ConsoleText.encoding(console, true)).isEqualTo(console);
    }

    @Test
    void coloursAreForTerminalsAndRespectNoColor() {
        assertThat(ConsoleText.colours(Map.of(), true)).isEqualTo(Ansi.ON);
        assertThat(ConsoleText.colours(Map.of(), false)).isEqualTo(Ansi.OFF);
        assertThat(ConsoleText.colours(Map.of("NO_COLOR", "1"), true)).isEqualTo(Ansi.OFF);
        assertThat(ConsoleText.colours(Map.of("NO_COLOR", ""), true))
                .as("empty means not set")
                .isEqualTo(Ansi.ON);
        assertThat(ConsoleText.colours(Map.of("NO_COLOR", "1", "CLICOLOR_FORCE", "1"), true))
                .isEqualTo(Ansi.OFF);
        assertThat(ConsoleText.colours(Map.of("CLICOLOR_FORCE", "1"), false)).isEqualTo(Ansi.ON);
        assertThat(ConsoleText.colours(Map.of("TERM", "dumb"), true)).isEqualTo(Ansi.OFF);
    }
}
