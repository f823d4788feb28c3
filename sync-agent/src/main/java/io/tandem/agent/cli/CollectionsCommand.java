package io.tandem.agent.cli;

import org.bson.BsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem collections} and what can be done to one. */
@Command(
        name = "collections",
        description = "Lists the collections with their sync mode, counts and guarded deletes, or changes one of them.",
        footer = {
            "  tandem collections",
            "  tandem collections mode orders observe",
            "  tandem collections pause orders",
            "  tandem collections resume orders",
            "  tandem collections approve-deletes orders"
        })
final class CollectionsCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    CollectionsCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    /** The list, and the subcommands beside it. */
    static Object withSubcommands(Surroundings surroundings) {
        picocli.CommandLine line = new picocli.CommandLine(new CollectionsCommand(surroundings));
        line.addSubcommand(new Mode(surroundings));
        line.addSubcommand(new Pause(surroundings));
        line.addSubcommand(new Resume(surroundings));
        line.addSubcommand(new ApproveDeletes(surroundings));
        line.addSubcommand(new RejectDeletes(surroundings));
        return line;
    }

    @Override
    int work() {
        BsonDocument answer = agent.client().get(AgentClient.SYNC + "/collections");
        if (json) {
            json(answer);
            return ExitCodes.OK;
        }
        Table table = new Table(
                "collection",
                "mode",
                "local",
                "atlas",
                "pushed",
                "applied",
                "deleted",
                "conflicts",
                "failed",
                "last change",
                "note");
        for (BsonDocument item : Fields.items(answer, "items")) {
            table.row(
                    Fields.text(item, "name"),
                    Fields.text(item, "mode"),
                    Fields.text(item, "localDocuments"),
                    Fields.text(item, "atlasDocuments"),
                    Fields.number(item, "pushed"),
                    Fields.number(item, "applied"),
                    Fields.number(item, "deleted"),
                    Fields.number(item, "conflicts"),
                    Fields.number(item, "failed"),
                    Fields.time(item, "lastChangeAt"),
                    note(item));
        }
        printTable(table);
        return ExitCodes.OK;
    }

    private static String note(BsonDocument item) {
        BsonDocument held = Fields.document(item, "heldDeletes");
        if (!held.isEmpty()) {
            return Fields.number(held, "missing") + " of " + Fields.number(held, "before")
                    + " deletes wait for approval (towards " + Fields.text(held, "towards") + ")";
        }
        BsonDocument observed = Fields.document(item, "observed");
        if (Fields.text(item, "mode").equals("observe")) {
            return "would push " + Fields.number(observed, "pushes") + ", apply " + Fields.number(observed, "applies")
                    + ", delete " + Fields.number(observed, "deletes") + ", " + Fields.number(observed, "conflicts")
                    + " conflicts";
        }
        String reason = Fields.text(item, "reason");
        return reason.equals(Fields.NONE) ? "" : reason;
    }

    /** One action on one collection. */
    abstract static class Action extends ToolCommand {

        @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
        private String collection = "";

        @Option(names = "--json", description = "Print the agent's answer as JSON.")
        private boolean json;

        @Mixin
        private final AgentOptions agent;

        Action(Surroundings surroundings) {
            super(surroundings);
            this.agent = new AgentOptions(surroundings);
        }

        abstract String action();

        String body() {
            return "";
        }

        @Override
        int work() {
            BsonDocument answer =
                    agent.client().post(AgentClient.path("/collections", collection, "/" + action()), body());
            if (json) {
                json(answer);
            } else {
                print("@|green ✓|@ " + Table.printable(Fields.text(answer, "message")));
            }
            return ExitCodes.OK;
        }
    }

    /** {@code mode}. */
    @Command(
            name = "mode",
            description =
                    "Sets a collection's mode until the next restart: both, push-only, observe (plan and count, write nothing) or paused.",
            footer = {"  tandem collections mode orders observe", "  tandem collections mode orders both"})
    static final class Mode extends Action {

        @Parameters(index = "1", paramLabel = "both|push-only|observe|paused", description = "The new mode.")
        private String mode = "";

        Mode(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "mode";
        }

        @Override
        String body() {
            try {
                return Words.object(
                        "mode",
                        io.tandem.engine.model.CollectionMode.parse(mode).label());
            } catch (IllegalArgumentException unknown) {
                throw CommandFailure.wrongUsage(String.valueOf(unknown.getMessage()));
            }
        }
    }

    /** {@code pause}. */
    @Command(
            name = "pause",
            description = "Stops syncing a collection until it is resumed. Nothing is lost: it catches up.",
            footer = "  tandem collections pause orders")
    static final class Pause extends Action {
        Pause(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "pause";
        }
    }

    /** {@code resume}. */
    @Command(
            name = "resume",
            description = "Ends a pause; the collection is compared and catches up.",
            footer = "  tandem collections resume orders")
    static final class Resume extends Action {
        Resume(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "resume";
        }
    }

    /** {@code approve-deletes}. */
    @Command(
            name = "approve-deletes",
            description = "Lets the deletes that the delete guard holds back go through.",
            footer = "  tandem collections approve-deletes orders")
    static final class ApproveDeletes extends Action {
        ApproveDeletes(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "approve-deletes";
        }
    }

    /** {@code reject-deletes}. */
    @Command(
            name = "reject-deletes",
            description = "Puts the documents whose deletes the delete guard holds back onto both sides again.",
            footer = "  tandem collections reject-deletes orders")
    static final class RejectDeletes extends Action {
        RejectDeletes(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String action() {
            return "reject-deletes";
        }
    }
}
