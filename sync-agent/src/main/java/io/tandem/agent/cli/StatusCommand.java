package io.tandem.agent.cli;

import java.util.Locale;
import org.bson.BsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem status}. */
@Command(
        name = "status",
        description = "Shows how the running agent is doing: health with reasons, both directions, feeds, queue.",
        footer = {
            "  tandem status",
            "  tandem status --json",
            "  TANDEM_TOKEN=... tandem status --url https://till-7:5000"
        })
final class StatusCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the agent's answers as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    StatusCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        AgentClient client = agent.client();
        BsonDocument health = client.get(AgentClient.SYNC + "/health");
        BsonDocument metrics = client.get(AgentClient.SYNC + "/metrics");
        if (json) {
            json(new BsonDocument("health", health).append("metrics", metrics));
            return ExitCodes.OK;
        }
        String state = Fields.text(health, "health");
        print("Device " + Table.printable(Fields.text(health, "instanceId")) + " (" + Fields.text(health, "role")
                + "): " + Words.coloured(state));
        plain(
                Fields.flag(health, "enabled")
                        ? "Bidirectional sync is on."
                        : "Bidirectional sync is off: changes travel from this device to Atlas only.");
        for (String reason : Fields.texts(health, "reasons")) {
            plain("  - " + Table.printable(reason));
        }
        plain("");
        printTable(feeds(health));
        plain("");
        printTable(directions(metrics));
        plain("");
        plain("Queue " + Fields.number(health, "syncWorker.queueSize") + ", conflicts "
                + Fields.number(metrics, "conflicts")
                + ", quarantined " + Fields.number(metrics, "quarantined") + ", retries "
                + Fields.number(metrics, "retries")
                + ", clock offset " + Fields.text(health, "clockOffsetMs") + " ms");
        plain("Excluded: " + String.join(", ", Fields.texts(health, "excludedCollections")) + "; paused: "
                + Words.listOrNone(Fields.texts(health, "pausedCollections")));
        printResync(Fields.document(health, "resync"));
        return ExitCodes.OK;
    }

    private static Table feeds(BsonDocument health) {
        Table table = new Table("feed", "state", "kind", "last event", "position saved", "failed attempts");
        for (String feed : new String[] {"changeStream", "localFeed"}) {
            BsonDocument shown = Fields.document(health, feed);
            table.row(
                    feed.equals("changeStream") ? "atlas" : "local",
                    Fields.text(shown, "status"),
                    Fields.text(shown, "kind"),
                    Fields.time(shown, "lastEventAt"),
                    Fields.time(shown, "resumeTokenSavedAt"),
                    Fields.number(shown, "reconnectAttempts"));
        }
        return table;
    }

    private static Table directions(BsonDocument metrics) {
        Table table = new Table("direction", "changes", "failed", "echoes", "avg ms", "p95 ms", "lag ms", "per second");
        for (String direction : new String[] {"localToAtlas", "atlasToLocal"}) {
            BsonDocument shown = Fields.document(metrics, direction);
            table.row(
                    direction.equals("localToAtlas") ? "local -> atlas" : "atlas -> local",
                    Fields.number(shown, "totalProcessed"),
                    Fields.number(shown, "failed"),
                    Fields.number(shown, "skippedEchoes"),
                    String.format(Locale.ROOT, "%.1f", Fields.decimal(shown, "avgProcessTime")),
                    String.format(Locale.ROOT, "%.1f", Fields.decimal(shown, "p95")),
                    Fields.number(shown, "lagMs"),
                    String.format(Locale.ROOT, "%.1f", Fields.decimal(shown, "perSecond")));
        }
        return table;
    }

    private void printResync(BsonDocument resync) {
        String collection = Fields.text(resync, "collection");
        if (!resync.isEmpty() && (collection.isBlank() || collection.equals(Fields.NONE))) {
            plain("Resync (" + Fields.text(resync, "reason") + "): about to begin");
        } else if (!resync.isEmpty()) {
            plain("Resync (" + Fields.text(resync, "reason") + "): " + collection + ", "
                    + Fields.number(resync, "documents") + " of " + Fields.number(resync, "total") + " documents, "
                    + Fields.number(resync, "differing") + " differ, "
                    + String.format(Locale.ROOT, "%.0f", Fields.decimal(resync, "percent")) + "%");
        }
    }
}
