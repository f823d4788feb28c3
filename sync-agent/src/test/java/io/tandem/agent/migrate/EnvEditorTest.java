package io.tandem.agent.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvEditorTest {

    private static final String NAME = "BIDIRECTIONAL_SYNC_ENABLED";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "A=1|B=2, A=1|B=2|BIDIRECTIONAL_SYNC_ENABLED=true|",
                "BIDIRECTIONAL_SYNC_ENABLED=false  # Start disabled!|, BIDIRECTIONAL_SYNC_ENABLED=true  # Start disabled!|",
                "export BIDIRECTIONAL_SYNC_ENABLED = false # on|, export BIDIRECTIONAL_SYNC_ENABLED = true # on|",
                "BIDIRECTIONAL_SYNC_ENABLED='false' # x|, BIDIRECTIONAL_SYNC_ENABLED=true # x|",
                "BIDIRECTIONAL_SYNC_ENABLED=\"fa#lse\"|, BIDIRECTIONAL_SYNC_ENABLED=true|",
                "BIDIRECTIONAL_SYNC_ENABLED=  # nothing yet|, BIDIRECTIONAL_SYNC_ENABLED=  true # nothing yet|",
                "#BIDIRECTIONAL_SYNC_ENABLED=false|, #BIDIRECTIONAL_SYNC_ENABLED=false|BIDIRECTIONAL_SYNC_ENABLED=true|",
                "BIDIRECTIONAL_SYNC_ENABLED=false|BIDIRECTIONAL_SYNC_ENABLED=false|, "
                        + "BIDIRECTIONAL_SYNC_ENABLED=false|BIDIRECTIONAL_SYNC_ENABLED=true|",
                "OLD_BIDIRECTIONAL_SYNC_ENABLED=x|, OLD_BIDIRECTIONAL_SYNC_ENABLED=x|BIDIRECTIONAL_SYNC_ENABLED=true|",
            })
    void onlyTheValueChanges(String before, String after) throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), before.replace("|", "\n"));

        EnvEditor.set(file, NAME, "true");

        assertThat(Files.readString(file)).isEqualTo(after.replace("|", "\n"));
    }

    @Test
    void lineEndsOfWindowsStay() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), "# Shop\r\n" + NAME + "=false\r\nA=1");

        EnvEditor.set(file, NAME, "true");
        EnvEditor.set(file, "B", "2");

        assertThat(Files.readString(file)).isEqualTo("# Shop\r\n" + NAME + "=true\r\nA=1\r\nB=2\r\n");
    }

    @Test
    void permissionsAndLinksStayAndNothingElseIsLeft() throws IOException {
        Path file = Files.writeString(directory.resolve("shop.env"), NAME + "=false\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve(".env"), file);

        EnvEditor.set(link, NAME, "true");

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(file)).isEqualTo(NAME + "=true\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()).toList())
                    .containsExactlyInAnyOrder("shop.env", ".env");
        }
    }

    @Test
    void aNewFileIsForItsOwnerOnly() throws IOException {
        Path file = directory.resolve(".env");

        EnvEditor.set(file, NAME, "true");

        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(Set.copyOf(PosixFilePermissions.fromString("rw-------")));
    }

    @Test
    void valuesThatNeedQuotesGetThem() throws IOException {
        Path file = directory.resolve(".env");

        EnvEditor.set(file, "A", "orders, old #1");
        EnvEditor.set(file, "B", "a#b");

        assertThat(Files.readString(file)).isEqualTo("A='orders, old #1'\nB=a#b\n");
        assertThatThrownBy(() -> EnvEditor.set(file, "A", "x\ny")).hasMessageContaining("line break");
    }
}
