package io.tandem.agent.cli;

import com.mongodb.client.MongoCollection;
import io.tandem.agent.backup.SyncActivity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem resume-token show|clear}: speaks to the device's database directly. */
@Command(
        name = "resume-token",
        description = "Shows or clears the positions from which the change feeds go on.",
        footer = {"  tandem resume-token show", "  tandem resume-token clear"})
final class ResumeTokenCommand extends ToolCommand {

    private static final String METADATA = "_sync_metadata";
    private static final List<String> IDS = List.of("atlas-resume-token", "local-resume-token");

    ResumeTokenCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** With its subcommands. */
    static Object withSubcommands(Surroundings surroundings) {
        CommandLine line = new CommandLine(new ResumeTokenCommand(surroundings));
        line.addSubcommand(new Show(surroundings));
        line.addSubcommand(new Clear(surroundings));
        return line;
    }

    @Override
    int work() {
        throw CommandFailure.wrongUsage("'show' or 'clear'? See 'tandem resume-token --help'.");
    }

    private static MongoCollection<BsonDocument> metadata(Databases.Open local) {
        return local.database().getCollection(METADATA, BsonDocument.class);
    }

    private static BsonDocument id(String id) {
        return new BsonDocument("_id", new BsonString(id));
    }

    /** {@code show}. */
    @Command(
            name = "show",
            description = "Shows the saved positions. Exit code 1 when the one of Atlas is missing.",
            footer = "  tandem resume-token show --json")
    static final class Show extends ToolCommand {

        @Option(names = "--json", description = "Print the positions as JSON.")
        private boolean json;

        @Mixin
        private final ConfigOptions config;

        Show(Surroundings surroundings) {
            super(surroundings);
            this.config = new ConfigOptions(surroundings);
        }

        @Override
        int work() {
            try (Databases.Open local = Databases.local(config.load())) {
                BsonArray items = new BsonArray();
                Table table = new Table("position", "saved at", "stands at (cluster time)", "token");
                boolean atlas = false;
                for (String id : IDS) {
                    BsonDocument stored = metadata(local).find(id(id)).first();
                    if (stored != null) {
                        atlas |= id.equals(IDS.get(0));
                        items.add(stored);
                        String data = dataOf(stored);
                        table.row(id, Fields.time(stored, "savedAt"), clusterTime(stored), shortened(data));
                    }
                }
                if (json) {
                    json(new BsonDocument("items", items).append("atlasSaved", BsonBoolean.valueOf(atlas)));
                } else if (table.isEmpty()) {
                    plain("No position is saved: the next start compares everything (full resync).");
                } else {
                    printTable(table);
                    if (!atlas) {
                        plain(
                                "The position in Atlas is missing: bidirectional sync was never on, or it was cleared. When sync is on, the"
                                        + " agent then compares everything (full resync).");
                    }
                }
                return atlas ? ExitCodes.OK : ExitCodes.FAILED;
            }
        }

        /** The text of the server's token; empty when there is none. */
        private static String dataOf(BsonDocument stored) {
            for (String path : List.of("token.data._data", "token._data")) {
                BsonValue data = Fields.at(stored, path);
                if (data.isString()) {
                    return data.asString().getValue();
                }
            }
            return "";
        }

        /** As noted beside the token; else as the token tells, which begins with 82 and eight hexadecimal digits of seconds. */
        private static String clusterTime(BsonDocument stored) {
            BsonValue at = Fields.at(stored, "token.at");
            if (at.isTimestamp()) {
                return utc(Integer.toUnsignedLong(at.asTimestamp().getTime()));
            }
            String data = dataOf(stored);
            return data.matches("82[0-9A-Fa-f]{8}.*") ? utc(Long.parseLong(data.substring(2, 10), 16)) : Fields.NONE;
        }

        private static String utc(long seconds) {
            return String.valueOf(Instant.ofEpochSecond(seconds));
        }

        private static String shortened(String data) {
            return data.isEmpty()
                    ? Fields.plain(BsonNull.VALUE)
                    : data.substring(0, Math.min(24, data.length())) + "...";
        }
    }

    /** {@code clear}. */
    @Command(
            name = "clear",
            description = {
                "Removes the saved positions, so that the agent compares everything (full resync). No data is lost.",
                "A running agent must be stopped first; to resync a running one use 'tandem resync'."
            },
            footer = "  tandem resume-token clear")
    static final class Clear extends ToolCommand {

        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @Mixin
        private final ConfigOptions config;

        Clear(Surroundings surroundings) {
            super(surroundings);
            this.config = new ConfigOptions(surroundings);
        }

        @Override
        int work() {
            try (Databases.Open local = Databases.local(config.load())) {
                Optional<String> running = SyncActivity.describe(local.database());
                if (running.isPresent()) {
                    throw CommandFailure.failed(
                            "Agent " + running.get()
                                    + " is at work on this database. Use 'tandem resync', or stop the agent first and wait up to 30 seconds.");
                }
                long cleared = 0;
                for (String id : IDS) {
                    cleared += metadata(local).deleteOne(id(id)).getDeletedCount();
                }
                if (json) {
                    json(new BsonDocument("cleared", new org.bson.BsonInt64(cleared)));
                } else {
                    print("@|green ✓|@ " + cleared
                            + " position(s) removed. The next start compares everything (full resync).");
                }
                return ExitCodes.OK;
            }
        }
    }
}
