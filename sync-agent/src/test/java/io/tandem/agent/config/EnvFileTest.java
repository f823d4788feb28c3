package io.tandem.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {

    @Test
    void keepsWhatOtherReadersDamage() {
        EnvFile file = parse(
                "SP=p@ss w#rd\nWINP=C:\\data\\pos\nQ=\"mongodb://u:p@h/x\"\nS='a b #c'\nN=8080 # note\nexport E=v\n"
                        + "EMPTY=\nDOLLAR=pa$$word\nESC=\"say \\\"hi\\\" C:\\new\"\n  SPACED = x  \r\n");

        assertThat(value(file, "SP")).isEqualTo("p@ss w#rd");
        assertThat(value(file, "WINP")).isEqualTo("C:\\data\\pos");
        assertThat(value(file, "Q")).isEqualTo("mongodb://u:p@h/x");
        assertThat(value(file, "S")).isEqualTo("a b #c");
        assertThat(value(file, "N")).isEqualTo("8080");
        assertThat(value(file, "E")).isEqualTo("v");
        assertThat(value(file, "EMPTY")).isEmpty();
        assertThat(value(file, "DOLLAR")).isEqualTo("pa$$word");
        assertThat(value(file, "ESC")).isEqualTo("say \"hi\" C:\\new");
        assertThat(value(file, "SPACED")).isEqualTo("x");
        assertThat(file.problems()).isEmpty();
    }

    @Test
    void readsTheGuidesBlock() {
        EnvFile file = parse(
                "\uFEFF# Bidirectional Sync Configuration\nBIDIRECTIONAL_SYNC_ENABLED=false  # Start disabled!\n\n"
                        + "ATLAS_CHANGE_STREAM_BATCH_SIZE=100\n");

        assertThat(value(file, "BIDIRECTIONAL_SYNC_ENABLED")).isEqualTo("false");
        assertThat(value(file, "ATLAS_CHANGE_STREAM_BATCH_SIZE")).isEqualTo("100");
    }

    @Test
    void namesTheLineOfAMistakeButNotItsContent() {
        EnvFile file = parse("OK=1\nplanted secret\nX=\"open\nY='a' b\n2BAD=1\nOK=2\n");

        assertThat(file.problems()).hasSize(4);
        assertThat(String.join("\n", file.problems()))
                .contains("Line 2", "Line 3", "Line 4", "Line 5")
                .doesNotContain("planted");
        assertThat(file.warnings())
                .singleElement()
                .asString()
                .contains("line 1")
                .contains("line 6");
        assertThat(value(file, "OK")).isEqualTo("2");
    }

    @Test
    void theEnvironmentWinsOverTheNamedFileWhichWinsOverDotEnv(@TempDir Path directory) throws IOException {
        Files.writeString(
                directory.resolve(".env"),
                "MONGODB_URI=mongodb://localhost/a\nMONGODB_ATLAS_URI=mongodb://hub/a\nPORT=1\nLOG_FORMAT=json\nMAX_DELETE_MIN=7\n");
        Path named = Files.writeString(directory.resolve("named.env"), "PORT=2\nLOG_FORMAT=text\n");

        AgentConfig config =
                ConfigLoader.load(Map.of("PORT", "3", "MAX_DELETE_MIN", ""), Optional.of(named), directory);

        assertThat(config.get(Settings.PORT)).isEqualTo(3);
        assertThat(config.sourceOf(Settings.PORT)).isEqualTo("environment");
        assertThat(config.get(Settings.LOG_FORMAT)).isEqualTo("text");
        assertThat(config.sourceOf(Settings.LOG_FORMAT)).endsWith("named.env line 2");
        assertThat(config.get(Settings.MAX_DELETE_MIN)).isEqualTo(7);
        assertThat(config.sourceOf(Settings.MAX_DELETE_MIN)).isEqualTo(".env line 5");
        assertThat(config.sourceOf(Settings.HOST)).isEqualTo("default");
    }

    @Test
    void aNamedFileThatIsNotThereIsAProblem(@TempDir Path directory) {
        assertThatThrownBy(() -> ConfigLoader.load(Map.of(), Optional.of(directory.resolve("gone.env")), directory))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gone.env")
                .hasMessageContaining("MONGODB_URI is not set");
    }

    private static EnvFile parse(String text) {
        return EnvFile.parse(Path.of(".env"), text);
    }

    private static String value(EnvFile file, String name) {
        EnvFile.Line line = file.values().get(name);
        assertThat(line).as(name).isNotNull();
        return line == null ? "" : line.value();
    }
}
