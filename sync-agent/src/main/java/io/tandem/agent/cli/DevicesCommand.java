package io.tandem.agent.cli;

import org.bson.BsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem devices}. */
@Command(
        name = "devices",
        description =
                "Lists every device that ever reported to the hub. Exit code 1 when two devices share one identity.",
        footer = {"  tandem devices", "  tandem devices --json"})
final class DevicesCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    DevicesCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        BsonDocument answer = agent.client().get(AgentClient.SYNC + "/devices");
        boolean clash = false;
        Table table = new Table("device", "last seen", "lag ms", "queue", "clock ms", "version", "note");
        for (BsonDocument device : Fields.items(answer, "items")) {
            boolean clashes = Fields.flag(device, "identityClash");
            clash |= clashes;
            table.row(
                    Fields.text(device, "instanceId"),
                    Fields.time(device, "lastSeenAt"),
                    Fields.number(device, "lagMs"),
                    Fields.number(device, "queueSize"),
                    Fields.text(device, "clockOffsetMs"),
                    Fields.text(device, "version"),
                    clashes ? "TWO DEVICES USE THIS NAME" : Fields.flag(device, "self") ? "this device" : "");
        }
        if (json) {
            json(answer);
        } else {
            printTable(table);
        }
        return clash ? ExitCodes.FAILED : ExitCodes.OK;
    }
}
