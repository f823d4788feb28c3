package io.tandem.agent.cli;

import io.tandem.agent.service.OfflineVerification;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.status.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem verify}. */
@Command(
        name = "verify",
        description = {
            "Compares the device and the hub by content. Live traffic is tolerated: differing keys are looked at again before they are reported.",
            "Through the running agent when there is one; else directly over both databases, read-only."
        },
        footer = {
            "  tandem verify",
            "  tandem verify --collection orders --sample 10",
            "  tandem verify --repair",
            "",
            "Exit code 1 on any difference. In an excluded (push-only) collection, documents that only the hub has are none; while a",
            "collection is observed or paused, nothing is. Such keys, and changes on their way, are counted as under way."
        })
final class VerifyCommand extends ToolCommand {

    private static final Duration POLL = Duration.ofMillis(300);

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this collection.")
    private @Nullable String collection;

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            defaultValue = "100",
            description = "Look at this share of the keys only, above 0 up to 100 (default: all).")
    private double sample = 100;

    @Option(names = "--repair", description = "Hand differing keys to the running agent, which reconciles them.")
    private boolean repair;

    @Option(names = "--offline", description = "Do not ask a running agent; compare directly.")
    private boolean offline;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Mixin
    private final AgentOptions agent;

    VerifyCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        if (!(sample > 0 && sample <= 100)) {
            throw CommandFailure.wrongUsage("--sample " + sample + " is not allowed: above 0 up to 100.");
        }
        AgentClient client = agent.client();
        boolean running = !offline && client.answers();
        if (repair && !running) {
            throw CommandFailure.failed(
                    "--repair needs the running agent, which reconciles the differences, and none answers at "
                            + client.base() + ". Start it with 'tandem serve', or name its address with --url.");
        }
        BsonDocument report = running ? throughAgent(client) : directly();
        return print(report);
    }

    private BsonDocument throughAgent(AgentClient client) {
        BsonDocument request = new BsonDocument("repair", BsonBoolean.valueOf(repair));
        if (sample < 100) {
            request.append("sample", new org.bson.BsonDouble(sample));
        }
        if (collection != null) {
            request.append("collection", new BsonString(collection));
        }
        String path = AgentClient.SYNC + "/verify";
        client.post(path, request.toJson());
        ProgressBar bar = new ProgressBar(err(), surroundings().interactive());
        bar.begin("verify", 0);
        BsonDocument state = client.get(path);
        while (Fields.text(state, "state").equals("running")) {
            bar.at(
                    Fields.text(state, "progress.collection"),
                    Fields.number(state, "progress.documents"),
                    Fields.number(state, "progress.total"));
            pause();
            state = client.get(path);
        }
        bar.ends();
        if (!Fields.text(state, "state").equals("done")) {
            throw CommandFailure.failed(
                    "The verification ended as '" + Fields.text(state, "state") + "': " + Fields.text(state, "error"));
        }
        return state;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted; the agent goes on verifying (DELETE .../verify cancels).");
        }
    }

    private BsonDocument directly() {
        ProgressBar bar = new ProgressBar(err(), surroundings().interactive());
        bar.begin("verify", 0);
        try {
            Verification result = OfflineVerification.run(
                    agent.config().load(),
                    Optional.ofNullable(collection),
                    sample,
                    (ResyncProgress progress) -> bar.at(progress.collection(), progress.documents(), progress.total()));
            return toBson(result);
        } catch (SyncException failed) {
            throw CommandFailure.failed(String.valueOf(failed.getMessage()));
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage(String.valueOf(wrong.getMessage()));
        } finally {
            bar.ends();
        }
    }

    private static BsonDocument toBson(Verification result) {
        BsonArray collections = new BsonArray();
        for (Verification.CollectionResult entry : result.collections()) {
            BsonArray samples = new BsonArray();
            entry.samples()
                    .forEach(difference -> samples.add(
                            new BsonDocument("id", difference.id()).append("kind", new BsonString(difference.kind()))));
            collections.add(new BsonDocument("name", new BsonString(entry.name()))
                    .append("local", new BsonInt64(entry.local()))
                    .append("atlas", new BsonInt64(entry.hub()))
                    .append("equal", new BsonInt64(entry.equal()))
                    .append("different", new BsonInt64(entry.different()))
                    .append("missingLocal", new BsonInt64(entry.missingLocal()))
                    .append("missingAtlas", new BsonInt64(entry.missingHub()))
                    .append("pending", new BsonInt64(entry.pending()))
                    .append("staleBase", new BsonInt64(entry.staleBase()))
                    .append("samples", samples));
        }
        return new BsonDocument("consistent", BsonBoolean.valueOf(result.consistent()))
                .append("collections", collections);
    }

    private int print(BsonDocument report) {
        boolean consistent = Fields.flag(report, "consistent");
        int exitCode = consistent ? ExitCodes.OK : ExitCodes.FAILED;
        if (json) {
            json(report);
            return exitCode;
        }
        Table table = new Table(
                "collection", "local", "atlas", "equal", "different", "missing local", "missing atlas", "under way");
        List<String> samples = new ArrayList<>();
        for (BsonDocument entry : Fields.items(report, "collections")) {
            table.row(
                    Fields.text(entry, "name"),
                    Fields.number(entry, "local"),
                    Fields.number(entry, "atlas"),
                    Fields.number(entry, "equal"),
                    Fields.number(entry, "different"),
                    Fields.number(entry, "missingLocal"),
                    Fields.number(entry, "missingAtlas"),
                    Fields.number(entry, "pending"));
            Fields.items(entry, "samples")
                    .forEach(difference -> samples.add("  " + Fields.text(entry, "name") + "/"
                            + Table.printable(Fields.text(difference, "id")) + ": " + Fields.text(difference, "kind")));
        }
        printTable(table);
        samples.forEach(this::plain);
        if (consistent) {
            print("@|green ✓|@ Both sides are equal"
                    + (sample < 100 ? String.format(Locale.ROOT, " in a sample of %.1f %%", sample) : "")
                    + (repair ? "; what differed was handed to the agent" : ""));
        } else {
            print("@|red ✗|@ The sides differ. "
                    + (repair
                            ? "The differing documents were handed to the agent; verify again in a moment."
                            : "'tandem verify --repair' hands the differences to the agent."));
        }
        return exitCode;
    }
}
