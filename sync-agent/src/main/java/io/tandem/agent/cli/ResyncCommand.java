package io.tandem.agent.cli;

import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem resync}. */
@Command(
        name = "resync",
        description =
                "Lets the running agent compare both sides and reconcile what differs. Live changes go on meanwhile.",
        footer = {
            "  tandem resync",
            "  tandem resync --collection orders",
            "  tandem resync --wait",
            "  tandem resync --accept-hub",
            "",
            "--accept-hub answers SYNC-402: the hub in MONGODB_ATLAS_URI is not the one this device belonged to, and that is intended."
        })
final class ResyncCommand extends ToolCommand {

    private static final long POLL_MILLIS = 300;

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this collection.")
    private @Nullable String collection;

    @Option(
            names = "--accept-hub",
            description = "Give the device to the hub it is configured with; a full resync follows.")
    private boolean acceptHub;

    @Option(names = "--wait", description = "Return when it is done, with a progress bar on a terminal.")
    private boolean wait;

    @Option(names = "--json", description = "Print the agent's answer as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    ResyncCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        if (acceptHub && collection != null) {
            throw CommandFailure.wrongUsage("--accept-hub concerns the whole device; leave --collection out.");
        }
        AgentClient client = agent.client();
        BsonDocument answer = acceptHub
                ? client.post(AgentClient.SYNC + "/accept-hub", "")
                : client.post(
                        AgentClient.SYNC + "/resync", collection == null ? "" : Words.object("collection", collection));
        if (wait) {
            follow(client);
        }
        if (json) {
            json(answer);
        } else if (wait) {
            print("@|green ✓|@ The resync is done.");
        } else {
            String message = Fields.text(answer, "message");
            print("@|green ✓|@ " + (message.equals(Fields.NONE) ? "The resync has begun." : Table.printable(message))
                    + " See 'tandem status' for its progress.");
        }
        return ExitCodes.OK;
    }

    private void follow(AgentClient client) {
        ProgressBar bar = new ProgressBar(err(), surroundings().interactive());
        bar.begin("resync", 0);
        try {
            BsonDocument state = client.get(AgentClient.SYNC + "/resync");
            while (Fields.flag(state, "running")) {
                bar.at(
                        Fields.text(state, "progress.collection"),
                        Fields.number(state, "progress.documents"),
                        Fields.number(state, "progress.total"));
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                state = client.get(AgentClient.SYNC + "/resync");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted; the agent goes on with the resync.");
        } finally {
            bar.ends();
        }
    }
}
