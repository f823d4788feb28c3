package io.tandem.agent.cli;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tandem migrate rollback emergency|partial|full}. */
@Command(
        name = "rollback",
        description =
                "Goes back: emergency (disable), partial (exclude collections) or full (restore the backup). Without a kind it shows the decision table.",
        footer = {
            "  tandem migrate rollback",
            "  tandem migrate rollback emergency",
            "  tandem migrate rollback partial --collections orders,bills",
            "  tandem migrate rollback full --yes"
        })
final class RollbackCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the decision table as JSON.")
    private boolean json;

    RollbackCommand(Surroundings surroundings) {
        super(surroundings);
    }

    static Object withSubcommands(Surroundings surroundings) {
        CommandLine line = new CommandLine(new RollbackCommand(surroundings));
        line.addSubcommand(new EmergencyRollback(surroundings));
        line.addSubcommand(new PartialRollback(surroundings));
        line.addSubcommand(new FullRollback(surroundings));
        return line;
    }

    /** One row of the guide's decision matrix. */
    private record Decision(String issue, String severity, String action, String rollback) {}

    private static final List<Decision> DECISIONS = List.of(
            new Decision("sync loops detected", "high", "immediate", "emergency"),
            new Decision("high conflict rate", "medium", "investigate (clocks, workflows)", "partial, if needed"),
            new Decision("data corruption", "critical", "immediate", "full"),
            new Decision("performance degradation", "medium", "monitor", "partial"),
            new Decision("change stream errors", "high", "investigate", "emergency, if persistent"),
            new Decision("network issues", "low", "wait", "none: it recovers by itself"));

    @Override
    int work() {
        if (json) {
            BsonArray items = new BsonArray();
            DECISIONS.forEach(decision -> items.add(new BsonDocument("issue", new BsonString(decision.issue()))
                    .append("severity", new BsonString(decision.severity()))
                    .append("action", new BsonString(decision.action()))
                    .append("rollback", new BsonString(decision.rollback()))));
            json(new BsonDocument("decisions", items));
            return ExitCodes.OK;
        }
        Table table = new Table("issue", "severity", "action", "rollback");
        DECISIONS.forEach(
                decision -> table.row(decision.issue(), decision.severity(), decision.action(), decision.rollback()));
        printTable(table);
        return ExitCodes.OK;
    }
}
