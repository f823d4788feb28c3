package io.tandem.agent.cli;

import org.bson.BsonDocument;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem quarantine}, with {@code retry} and {@code drop}. */
@Command(
        name = "quarantine",
        description = "Lists changes that could not be applied and wait, with the reason and what to do.",
        footer = {
            "  tandem quarantine",
            "  tandem quarantine retry 6561f0c2a1b2c3d4e5f60718",
            "  tandem quarantine drop 6561f0c2a1b2c3d4e5f60718"
        })
final class QuarantineCommand extends ToolCommand {

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    QuarantineCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    /** The list, and the subcommands beside it. */
    static Object withSubcommands(Surroundings surroundings) {
        CommandLine line = new CommandLine(new QuarantineCommand(surroundings));
        line.addSubcommand(new Retry(surroundings));
        line.addSubcommand(new Drop(surroundings));
        return line;
    }

    @Override
    int work() {
        BsonDocument answer = agent.client().get(AgentClient.SYNC + "/quarantine?limit=" + limit);
        if (json) {
            json(answer);
            return ExitCodes.OK;
        }
        Table table =
                new Table("id", "collection", "document", "direction", "code", "attempts", "next attempt", "error");
        for (BsonDocument item : Fields.items(answer, "items")) {
            table.row(
                    Fields.text(item, "id"),
                    Fields.text(item, "collection"),
                    Fields.text(item, "documentId"),
                    Fields.text(item, "direction"),
                    Fields.text(item, "code"),
                    Fields.number(item, "attempts"),
                    Fields.time(item, "nextAttemptAt"),
                    Fields.text(item, "error"));
        }
        if (table.isEmpty()) {
            plain("The quarantine is empty.");
        } else {
            printTable(table);
        }
        return ExitCodes.OK;
    }

    /** One action on one entry. */
    abstract static class Action extends ToolCommand {

        @Parameters(paramLabel = "ID", description = "The entry's id, from 'tandem quarantine'.")
        private String id = "";

        @Option(names = "--json", description = "Print the agent's answer as JSON.")
        private boolean json;

        @Mixin
        private final AgentOptions agent;

        Action(Surroundings surroundings) {
            super(surroundings);
            this.agent = new AgentOptions(surroundings);
        }

        abstract String action();

        @Override
        int work() {
            BsonDocument answer = agent.client().post(AgentClient.path("/quarantine", id, "/" + action()), "");
            if (json) {
                json(answer);
            } else {
                print("@|green ✓|@ " + Table.printable(Fields.text(answer, "message")));
            }
            return ExitCodes.OK;
        }
    }

    /** {@code retry}. */
    @Command(
            name = "retry",
            description = "Tries one entry again now.",
            footer = "  tandem quarantine retry 6561f0c2a1b2c3d4e5f60718")
    static final class Retry extends Action {
        Retry(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "retry";
        }
    }

    /** {@code drop}. */
    @Command(
            name = "drop",
            description = "Gives one entry up: its document is looked at again only when either side changes it.",
            footer = "  tandem quarantine drop 6561f0c2a1b2c3d4e5f60718")
    static final class Drop extends Action {
        Drop(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "drop";
        }
    }
}
