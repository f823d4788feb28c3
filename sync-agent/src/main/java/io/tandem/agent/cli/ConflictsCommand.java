package io.tandem.agent.cli;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem conflicts}, with {@code show} and {@code restore}. */
@Command(
        name = "conflicts",
        description =
                "Lists resolved conflicts, newest first. Nothing that lost a conflict is gone: it can be shown and put back.",
        footer = {
            "  tandem conflicts",
            "  tandem conflicts --collection orders --since 2026-11-22T08:00:00Z --limit 100",
            "  tandem conflicts show 6561f0c2a1b2c3d4e5f60718",
            "  tandem conflicts restore 6561f0c2a1b2c3d4e5f60718"
        })
final class ConflictsCommand extends ToolCommand {

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this collection.")
    private @Nullable String collection;

    @Option(names = "--since", paramLabel = "TIME", description = "Only from this time on (ISO 8601).")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most, 1 to 500 (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    ConflictsCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    /** The list, and the subcommands beside it. */
    static Object withSubcommands(Surroundings surroundings) {
        CommandLine line = new CommandLine(new ConflictsCommand(surroundings));
        line.addSubcommand(new Show(surroundings));
        line.addSubcommand(new Restore(surroundings));
        return line;
    }

    @Override
    int work() {
        BsonDocument answer = agent.client().get(query());
        if (json) {
            json(answer);
            return ExitCodes.OK;
        }
        Table table = new Table("id", "when", "collection", "document", "winner", "strategy", "device", "restored");
        for (BsonDocument item : Fields.items(answer, "items")) {
            table.row(
                    Fields.text(item, "id"),
                    Fields.time(item, "at"),
                    Fields.text(item, "collection"),
                    Fields.text(item, "documentId"),
                    Fields.text(item, "winner"),
                    Fields.text(item, "strategy"),
                    Fields.text(item, "device"),
                    Fields.time(item, "restoredAt"));
        }
        if (!table.isEmpty()) {
            printTable(table);
        }
        plain(Fields.number(answer, "totalConflicts") + " conflicts, " + Fields.number(answer, "lastHour")
                + " in the last hour"
                + (Fields.text(answer, "nextCursor").equals(Fields.NONE) ? "" : "; more with a higher --limit"));
        return ExitCodes.OK;
    }

    private String query() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("limit", String.valueOf(limit));
        if (collection != null) {
            parameters.put("collection", collection);
        }
        if (since != null) {
            parameters.put("since", since);
        }
        StringBuilder query = new StringBuilder(AgentClient.SYNC + "/conflicts");
        parameters.forEach((name, value) -> query.append(query.indexOf("?") < 0 ? "?" : "&")
                .append(name)
                .append('=')
                .append(AgentClient.encode(value)));
        return query.toString();
    }

    /** {@code show}: both documents, field by field. */
    @Command(
            name = "show",
            description = "Shows one conflict field by field: what the device had, what Atlas had, and who won.",
            footer = "  tandem conflicts show 6561f0c2a1b2c3d4e5f60718")
    static final class Show extends ToolCommand {

        @Parameters(paramLabel = "ID", description = "The conflict's id, from 'tandem conflicts'.")
        private String id = "";

        @Option(names = "--json", description = "Print the agent's answer as JSON.")
        private boolean json;

        @Mixin
        private final AgentOptions agent;

        Show(Surroundings surroundings) {
            super(surroundings);
            this.agent = new AgentOptions(surroundings);
        }

        @Override
        int work() {
            BsonDocument item = agent.client().get(AgentClient.path("/conflicts", id, ""));
            if (json) {
                json(item);
                return ExitCodes.OK;
            }
            plain("Conflict " + Fields.text(item, "id") + " in " + Fields.text(item, "collection") + ", document "
                    + Table.printable(Fields.text(item, "documentId")) + ", " + Fields.time(item, "at"));
            plain("  local: " + version(item, "localVersion") + "    atlas: " + version(item, "atlasVersion"));
            print("  winner: @|bold " + Fields.text(item, "winner") + "|@ by " + Fields.text(item, "strategy")
                    + ", resolved on " + Fields.text(item, "device"));
            plain("");
            compare(Fields.at(item, "localDocument"), Fields.at(item, "atlasDocument"));
            return ExitCodes.OK;
        }

        private static String version(BsonDocument item, String field) {
            return Fields.time(item, field + ".at") + " by " + Fields.text(item, field + ".origin");
        }

        private void compare(BsonValue local, BsonValue atlas) {
            Map<String, BsonValue> left = new LinkedHashMap<>();
            Map<String, BsonValue> right = new LinkedHashMap<>();
            flatten("", local, left);
            flatten("", atlas, right);
            if (left.isEmpty() || right.isEmpty()) {
                plain(left.isEmpty() ? "  (deleted on the device)" : "  (deleted in Atlas)");
            }
            Set<String> paths = new LinkedHashSet<>(left.keySet());
            paths.addAll(right.keySet());
            for (String path : paths) {
                line(path, left.get(path), right.get(path));
            }
        }

        private void line(String path, @Nullable BsonValue local, @Nullable BsonValue atlas) {
            if (local != null && local.equals(atlas)) {
                plain("    " + Table.printable(path) + ": " + Table.printable(Fields.json(local)));
                return;
            }
            if (local != null) {
                coloured("red", "  - " + path + ": " + Fields.json(local) + "  (local)");
            }
            if (atlas != null) {
                coloured("green", "  + " + path + ": " + Fields.json(atlas) + "  (atlas)");
            }
        }

        /** Data may hold markup, so only the ends of the line are styled by it. */
        private void coloured(String colour, String text) {
            String sample = styled("@|" + colour + " x|@");
            int at = sample.indexOf('x');
            plain(sample.substring(0, at) + Table.printable(text) + sample.substring(at + 1));
        }

        private static void flatten(String prefix, BsonValue value, Map<String, BsonValue> into) {
            if (!value.isDocument()) {
                return;
            }
            value.asDocument().forEach((name, field) -> {
                if (field.isDocument() && !field.asDocument().isEmpty()) {
                    flatten(prefix + name + ".", field, into);
                } else {
                    into.put(prefix + name, field);
                }
            });
        }
    }

    /** {@code restore}. */
    @Command(
            name = "restore",
            description =
                    "Puts the loser of a conflict back, as a new change of this device that then syncs like any other.",
            footer = "  tandem conflicts restore 6561f0c2a1b2c3d4e5f60718")
    static final class Restore extends ToolCommand {

        @Parameters(paramLabel = "ID", description = "The conflict's id, from 'tandem conflicts'.")
        private String id = "";

        @Option(names = "--json", description = "Print the agent's answer as JSON.")
        private boolean json;

        @Mixin
        private final AgentOptions agent;

        Restore(Surroundings surroundings) {
            super(surroundings);
            this.agent = new AgentOptions(surroundings);
        }

        @Override
        int work() {
            BsonDocument item = agent.client().post(AgentClient.path("/conflicts", id, "/restore"), "");
            if (json) {
                json(item);
            } else {
                print("@|green ✓|@ The loser of conflict " + Table.printable(id) + " was put back into "
                        + Table.printable(Fields.text(item, "collection")) + ".");
            }
            return ExitCodes.OK;
        }
    }
}
