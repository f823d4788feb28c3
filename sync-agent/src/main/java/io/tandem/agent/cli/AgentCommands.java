package io.tandem.agent.cli;

import java.util.List;
import java.util.function.Supplier;

/** The agent's own commands, in the order in which {@code tandem --help} lists them. */
public final class AgentCommands implements CommandProvider {

    private final Supplier<Surroundings> source;

    public AgentCommands() {
        this(Surroundings::ofProcess);
    }

    /** @param source asked once, when the commands are made */
    AgentCommands(Supplier<Surroundings> source) {
        this.source = source;
    }

    @Override
    public List<Object> commands() {
        Surroundings surroundings = source.get();
        return List.of(
                new ServeCommand(surroundings),
                new DoctorCommand(surroundings),
                new VerifyConfigCommand(surroundings),
                new SelftestCommand(surroundings),
                new StatusCommand(surroundings),
                new CheckCommand(surroundings),
                new ToggleCommand(surroundings),
                CollectionsCommand.withSubcommands(surroundings),
                ConflictsCommand.withSubcommands(surroundings),
                QuarantineCommand.withSubcommands(surroundings),
                new DevicesCommand(surroundings),
                new TailCommand(surroundings),
                new ResyncCommand(surroundings),
                ResumeTokenCommand.withSubcommands(surroundings),
                new VerifyCommand(surroundings),
                MigrateCommand.withSubcommands(surroundings),
                new BackupCommand(surroundings),
                new RestoreCommand(surroundings),
                new CompletionCommand(surroundings));
    }
}
