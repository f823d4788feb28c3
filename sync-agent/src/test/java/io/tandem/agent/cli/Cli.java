package io.tandem.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs {@code tandem} inside the test, with surroundings of its own. */
final class Cli {

    private final Surroundings surroundings;

    Cli(Path directory, Map<String, String> environment) {
        this.surroundings = new Surroundings(environment, directory, false, Clock.systemUTC());
    }

    /** What one call did. */
    record Result(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = line.execute(arguments);
        return new Result(exitCode, out.toString(), err.toString());
    }

    CommandLine commandLine() {
        return TandemCommand.create(List.of(new AgentCommands(() -> surroundings)));
    }
}
