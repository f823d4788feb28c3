package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HelpTest {

    @TempDir
    static Path directory;

    private static Cli cli() {
        return new Cli(directory, Map.of());
    }

    @TestFactory
    Stream<DynamicTest> everyCommandHasHelpWithExamplesAndExitCodes() {
        List<CommandLine> commands = new ArrayList<>();
        collect(cli().commandLine(), commands);
        return commands.stream().skip(1).map(command -> {
            String name = command.getCommandSpec().qualifiedName();
            String[] words = name.substring("tandem ".length()).split(" ", -1);
            return DynamicTest.dynamicTest(name, () -> {
                String[] arguments =
                        Stream.concat(Stream.of(words), Stream.of("--help")).toArray(String[]::new);
                Cli.Result result = cli().run(arguments);
                assertThat(result.exitCode()).isZero();
                assertThat(result.out())
                        .contains("Usage: " + name)
                        .contains("Examples:")
                        .contains("  tandem " + words[0]);
                if (!name.equals("tandem serve")) {
                    assertThat(result.out()).contains("Exit codes:");
                }
            });
        });
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        into.add(command);
        command.getSubcommands().values().forEach(subcommand -> collect(subcommand, into));
    }

    @Test
    void completionKnowsEveryCommand() {
        Cli.Result result = cli().run("completion");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("#!").contains("_complete_tandem", "verify-config", "selftest", "rollback");
    }

    @Test
    void thereIsAManualPageForEveryCommand() throws Exception {
        Cli.Result result = cli().run("completion", "--man", "man1");

        assertThat(result.exitCode()).isZero();
        String page = Files.readString(directory.resolve("man1/tandem-backup.1"));
        assertThat(page)
                .contains(
                        ".TH \"TANDEM-BACKUP\" \"1\"",
                        ".SH NAME\ntandem-backup \\- Copies",
                        ".SH EXIT STATUS",
                        ".SH EXAMPLES",
                        "\\-\\-gzip");
        assertThat(directory.resolve("man1/tandem-migrate-rollback-full.1")).exists();
        assertThat(page).doesNotContain("@|").doesNotContain("${");
    }
}
