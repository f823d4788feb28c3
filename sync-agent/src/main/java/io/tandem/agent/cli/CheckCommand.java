package io.tandem.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem check}: one line for Nagios-like monitoring, after the thresholds of the guide. */
@Command(
        name = "check",
        description = "Checks the running agent and prints one line, with the exit codes of monitoring plugins.",
        exitCodeList = {"0:OK", "1:WARNING", "2:CRITICAL (also wrong usage)", "3:UNKNOWN: no agent answers"},
        footer = {
            "  tandem check",
            "  */5 * * * * tandem check || mail -s 'Tandem' admin@example.com",
            "",
            "CRITICAL: unhealthy, change stream not connected, more than 5 % errors, processing above 500 ms, more than 20 conflicts an hour.",
            "WARNING: degraded, 1 to 5 % errors, 200 to 500 ms, 5 to 20 conflicts an hour, queue above 100.",
            "While bidirectional sync is disabled the hub's change stream is not judged; --require-enabled makes that CRITICAL."
        })
final class CheckCommand extends ToolCommand {

    private static final int UNKNOWN = 3;
    private static final List<String> LEVELS = List.of("OK", "WARNING", "CRITICAL", "UNKNOWN");

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Option(names = "--require-enabled", description = "Bidirectional sync must be on.")
    private boolean requireEnabled;

    @Mixin
    private final AgentOptions agent;

    private int level;
    private final List<String> findings = new ArrayList<>();

    CheckCommand(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    int work() {
        AgentClient client = agent.client();
        BsonDocument health;
        BsonDocument metrics;
        try {
            health = client.get(AgentClient.SYNC + "/health");
            metrics = client.get(AgentClient.SYNC + "/metrics");
        } catch (CommandFailure nobody) {
            level = UNKNOWN;
            findings.add(String.valueOf(nobody.getMessage()));
            return print(new BsonDocument(), new BsonDocument());
        }
        judge(health, metrics);
        return print(health, metrics);
    }

    private void judge(BsonDocument health, BsonDocument metrics) {
        boolean enabled = Fields.flag(health, "enabled");
        String state = Fields.text(health, "health");
        finding(state.equals("unhealthy") ? 2 : state.equals("degraded") ? 1 : 0, "sync is " + state);
        Fields.texts(health, "reasons").forEach(findings::add);
        String stream = Fields.text(health, "changeStream.status");
        boolean standby = Fields.text(health, "role").equals("standby"); // another agent of this device has the streams
        finding(enabled && !standby && !stream.equals("connected") ? 2 : 0, "change stream " + stream);
        finding(requireEnabled && !enabled ? 2 : 0, "bidirectional sync is disabled");
        finding(Fields.number(metrics, "loopsDetected") > 0 ? 1 : 0, "sync loops detected");
        double millis = Math.max(
                Fields.decimal(metrics, "atlasToLocal.avgProcessTime"),
                Fields.decimal(metrics, "localToAtlas.avgProcessTime"));
        graded(millis, 200, 500, String.format(Locale.ROOT, "processing %.0f ms per change", millis));
        double errors = errorPercent(metrics);
        graded(errors, 1, 5, String.format(Locale.ROOT, "errors %.1f %%", errors));
        long conflicts = Fields.number(metrics, "conflictsLastHour");
        graded((double) conflicts, 5, 20, conflicts + " conflicts in the last hour");
        long queue = Fields.number(health, "syncWorker.queueSize");
        finding(queue > 100 ? 1 : 0, "queue " + queue);
    }

    private static double errorPercent(BsonDocument metrics) {
        double failed = Fields.decimal(metrics, "atlasToLocal.failed") + Fields.decimal(metrics, "localToAtlas.failed");
        double all = Fields.decimal(metrics, "atlasToLocal.totalProcessed")
                + Fields.decimal(metrics, "localToAtlas.totalProcessed");
        return all == 0 ? 0 : 100 * failed / all;
    }

    private void graded(double value, double warning, double critical, String text) {
        finding(value > critical ? 2 : value >= warning ? 1 : 0, text);
    }

    private void finding(int severity, String text) {
        if (severity > 0) {
            findings.add(text);
            level = Math.max(level, severity);
        }
    }

    private int print(BsonDocument health, BsonDocument metrics) {
        String text = findings.isEmpty() ? "everything is in step" : String.join("; ", findings);
        if (json) {
            json(new BsonDocument("level", new BsonString(LEVELS.get(level)))
                    .append("exitCode", new BsonInt32(level))
                    .append("enabled", BsonBoolean.valueOf(Fields.flag(health, "enabled")))
                    .append(
                            "findings",
                            new BsonArray(findings.stream().map(BsonString::new).toList())));
            return level;
        }
        String line = "TANDEM " + LEVELS.get(level) + " - "
                + Table.printable(text.replaceAll("\\s+", " ")).replace('|', '/');
        if (level == UNKNOWN) {
            plain(line); // nothing was measured
            return level;
        }
        plain(line + " | queue="
                + Fields.number(health, "syncWorker.queueSize") + " lag_ms="
                + Fields.number(metrics, "atlasToLocal.lagMs")
                + " process_ms="
                + String.format(Locale.ROOT, "%.1f", Fields.decimal(metrics, "atlasToLocal.avgProcessTime"))
                + " conflicts=" + Fields.number(metrics, "conflicts") + " quarantined="
                + Fields.number(metrics, "quarantined"));
        return level;
    }
}
