package io.tandem.agent.cli;

import java.util.List;

/**
 * A source of subcommands for {@code tandem}, found with {@link java.util.ServiceLoader}.
 *
 * <p>The agent's own commands and those of other modules (the demo, the embedded server) come in the same way, so that the root command
 * depends on none of them. Implementations need a public constructor without arguments that does no work: it runs for every
 * {@code tandem} call, also for {@code --version}.
 */
public interface CommandProvider {

    /** New instances of objects whose classes carry {@link picocli.CommandLine.Command} with a name. Called once per process. */
    List<Object> commands();
}
