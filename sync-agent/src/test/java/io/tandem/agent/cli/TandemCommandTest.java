package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class TandemCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsTheVersionThatTheBuildWrote() {
        int exitCode = run("--version");

        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .startsWith("tandem " + TandemVersion.current())
                .contains("Java ");
        assertThat(TandemVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-.+)?");
    }

    @Test
    void helpListsTheCommandsAndTheExitCodes() {
        int exitCode = run("--help");

        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("serve", "toggle", "Exit codes:", "wrong usage");
    }

    @Test
    void everyCommandHasHelpAlsoWhenItDeclaresNone() {
        assertThat(run("serve", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: tandem serve");
    }

    @Test
    void aMistypedCommandGetsASuggestionAndExitCodeTwo() {
        int exitCode = run("sevre");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("there is no command 'sevre'").contains("Did you mean 'serve'?");
    }

    @Test
    void aWordUnlikeAnyCommandGetsNoSuggestion() {
        int exitCode = run("xylophone");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("there is no command 'xylophone'").doesNotContain("Did you mean");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Which command?").contains("tandem --help");
    }

    @Test
    void anUnknownOptionIsWrongUsageAndNamesTheCommand() {
        assertThat(run("serve", "--prot", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("tandem serve:").contains("--prot").contains("tandem serve --help");
    }

    @Test
    void aCommandsExitCodePassesThrough() {
        assertThat(run("toggle")).isEqualTo(7);
    }

    @Test
    void aFailureIsOneLineWithItsExitCodeAndNoStackTrace() {
        assertThat(run("serve", "--port", "0")).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("tandem serve: Port 0 is not allowed.");
    }

    @Test
    void anUnexpectedErrorIsExitCodeOneWithItsStackTrace() {
        assertThat(run("serve")).isEqualTo(1);
        assertThat(err.toString()).contains("fault in Tandem").contains("IllegalStateException: broken");
    }

    private int run(String... arguments) {
        CommandLine commandLine = TandemCommand.create(List.of(() -> List.of(new Serve(), new Toggle())));
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Command(name = "serve", description = "Serves.")
    static final class Serve implements Callable<Integer> {

        @Option(names = "--port")
        private int port = -1;

        @Override
        public Integer call() {
            if (port == 0) {
                throw CommandFailure.wrongUsage("Port 0 is not allowed.");
            }
            throw new IllegalStateException("broken");
        }
    }

    @Command(name = "toggle", description = "Toggles.")
    static final class Toggle implements Callable<Integer> {

        @Override
        public Integer call() {
            return 7;
        }
    }
}
