package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import io.tandem.agent.migrate.MigrationState;
import io.tandem.agent.migrate.Phase;
import io.tandem.agent.text.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem migrate}: the guide's phases, one per call. */
@Command(
        name = "migrate",
        description = {
            "Walks through the migration from one-way to bidirectional sync. Each call does the next phase, checks its success criteria and stops;"
                    + " a failed or interrupted phase is simply repeated. The state is kept in .tandem-migration.json.",
            "",
            "Phases: 1 preflight, 2 backup, 3 agent deployed with sync disabled, 4 enabled but for critical collections, 5 watch, 6 enabled for all."
        },
        footer = {
            "  tandem migrate",
            "  tandem migrate --critical bills,orders,menuitems --watch 30m",
            "  tandem migrate --yes",
            "  tandem migrate status",
            "  tandem migrate rollback emergency"
        })
final class MigrateCommand extends ToolCommand {

    @Option(
            names = "--critical",
            split = ",",
            paramLabel = "NAME",
            description = "Collections that are enabled last (default: bills,orders,menuitems).")
    private List<String> critical = List.of("bills", "orders", "menuitems");

    @Option(
            names = "--backup-dir",
            paramLabel = "DIR",
            defaultValue = "backups",
            description = "Where backups go (default: ${DEFAULT-VALUE}).")
    private Path backupDirectory = Path.of("backups");

    @Option(
            names = "--watch",
            paramLabel = "TIME",
            defaultValue = "30m",
            description = "How long phase 5 watches (default: ${DEFAULT-VALUE}).")
    private String watch = "30m";

    @Option(names = "--yes", description = "Go on with the next phase whenever one has succeeded.")
    private boolean goOn;

    @Option(names = "--json", description = "Print the state as JSON at the end.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    private Optional<String> problem = Optional.empty();

    MigrateCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    /** With its subcommands. */
    static Object withSubcommands(Surroundings surroundings) {
        CommandLine line = new CommandLine(new MigrateCommand(surroundings));
        line.addSubcommand(new Status(surroundings));
        line.addSubcommand(RollbackCommand.withSubcommands(surroundings));
        return line;
    }

    static MigrationState state(Surroundings surroundings) throws IOException {
        try {
            return MigrationState.in(surroundings.directory());
        } catch (IllegalArgumentException damaged) {
            throw CommandFailure.failed(String.valueOf(damaged.getMessage()));
        }
    }

    @Override
    int work() throws IOException {
        Duration watching = watchTime();
        MigrationState state = state(surroundings());
        AgentConfig settings = agent.config().load();
        MigrationSteps steps = new MigrationSteps(
                settings,
                agent.client(),
                agent.config().editableFile(),
                state,
                new MigrationSteps.Choices(critical, surroundings().directory().resolve(backupDirectory), watching),
                surroundings(),
                this::show,
                new ProgressBar(err(), surroundings().interactive()));
        int exitCode = go(state, steps);
        if (json) {
            BsonDocument document = state.toBson();
            problem.ifPresent(text -> document.append("problem", new BsonString(text)));
            json(document);
        }
        return exitCode;
    }

    private Duration watchTime() {
        try {
            return Durations.parse(watch);
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage("--watch " + watch + " " + wrong.getMessage() + ".");
        }
    }

    private int go(MigrationState state, MigrationSteps steps) throws IOException {
        Optional<Phase> next = state.next();
        while (next.isPresent()) {
            Phase phase = next.get();
            say("@|bold Phase " + phase.number() + " of " + Phase.values().length + "|@ " + phase.title());
            try {
                steps.run(phase);
            } catch (MigratingAgent.NotMet notMet) {
                String text = String.valueOf(notMet.getMessage());
                problem = Optional.of(text);
                say("@|red ✗|@ " + Table.printable(text).replace("@|", "@ |"));
                say("Nothing is lost. When it is put right, run 'tandem migrate' again: it goes on with this phase.");
                return ExitCodes.FAILED;
            }
            state.done(phase, surroundings().clock().instant());
            next = state.next();
            if (next.isPresent() && !goOn) {
                say("Phase " + phase.number() + " is done. Next: 'tandem migrate' for phase "
                        + next.get().number() + ", " + next.get().title().toLowerCase(java.util.Locale.ROOT) + ".");
                return ExitCodes.OK;
            }
        }
        say(
                "@|green,bold The migration is complete.|@ Keep watching: 'tandem check' in cron, 'tandem status', the dashboard.");
        return ExitCodes.OK;
    }

    private void say(String markup) {
        if (!json) {
            print(markup);
            out().flush();
        }
    }

    private void show(String line) {
        say("  @|green ✓|@ " + Table.printable(line).replace("@|", "@ |"));
    }

    /** The databases' masked addresses, for the first phase. */
    static String addresses(AgentConfig settings) {
        return settings.get(Settings.MONGODB_URI).masked() + " <-> "
                + settings.get(Settings.MONGODB_ATLAS_URI).masked();
    }

    /** {@code status}. */
    @Command(name = "status", description = "Shows which phases are done.", footer = "  tandem migrate status")
    static final class Status extends ToolCommand {

        @Option(names = "--json", description = "Print the state as JSON.")
        private boolean json;

        Status(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int work() throws IOException {
            MigrationState state = state(surroundings());
            if (json) {
                json(state.toBson());
                return ExitCodes.OK;
            }
            for (Phase phase : Phase.values()) {
                String when = state.doneAt(phase).map(at -> "done " + at).orElse("");
                print((when.isEmpty() ? "  " : "@|green ✓|@ ") + phase.number() + "  " + phase.title() + "  " + when);
            }
            state.text("localBackup").ifPresent(path -> plain("Backup of the device: " + path));
            state.text("atlasBackup").ifPresent(path -> plain("Backup of Atlas: " + path));
            return ExitCodes.OK;
        }
    }
}
