package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Setting;
import io.tandem.agent.config.Settings;
import io.tandem.agent.service.TrialEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem verify-config}. */
@Command(
        name = "verify-config",
        description = "Checks the settings and shows each one's value and where it came from. Connects to nothing.",
        footer = {"  tandem verify-config", "  tandem verify-config --env-file /etc/tandem/till-7.env"})
final class VerifyConfigCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the settings as JSON.")
    private boolean json;

    @Mixin
    private final ConfigOptions config;

    VerifyConfigCommand(Surroundings surroundings) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    int work() {
        AgentConfig settings = config.load();
        checkStrategies(settings);
        if (json) {
            json(toBson(settings));
            return ExitCodes.OK;
        }
        boolean enabled = settings.get(Settings.BIDIRECTIONAL_SYNC_ENABLED);
        print("@|green ✓|@ Configuration loaded successfully");
        print("@|green ✓|@ Bidirectional sync: " + (enabled ? "enabled" : "disabled (as expected)"));
        print("@|green ✓|@ Excluded collections: " + Words.listOrNone(MigrationSteps.excluded(settings)));
        print("@|green ✓|@ Conflict resolution: " + settings.get(Settings.CONFLICT_RESOLUTION_STRATEGY));
        plain("");
        Table table = new Table("setting", "value", "from");
        settings.shown().forEach(entry -> table.row(entry.setting().name(), entry.text(), entry.source()));
        printTable(table);
        settings.warnings().forEach(warning -> print("@|yellow !|@ " + warning));
        return ExitCodes.OK;
    }

    private static void checkStrategies(AgentConfig settings) {
        Set<String> known = TrialEngine.strategies();
        List<String> used = new ArrayList<>(
                settings.get(Settings.CONFLICT_RESOLUTION_OVERRIDES).values());
        used.add(settings.get(Settings.CONFLICT_RESOLUTION_STRATEGY));
        for (String strategy : used) {
            if (!known.contains(strategy)) {
                throw CommandFailure.wrongUsage("There is no conflict resolution strategy '" + strategy + "'; known: "
                        + String.join(", ", known) + ". A custom one must be on the class path.");
            }
        }
    }

    private static BsonDocument toBson(AgentConfig settings) {
        BsonArray items = new BsonArray();
        for (AgentConfig.Shown entry : settings.shown()) {
            Setting<?> setting = entry.setting();
            items.add(new BsonDocument("name", new BsonString(setting.name()))
                    .append("value", new BsonString(entry.text()))
                    .append("source", new BsonString(entry.source()))
                    .append("secret", BsonBoolean.valueOf(setting.secret())));
        }
        return new BsonDocument("valid", BsonBoolean.TRUE)
                .append("settings", items)
                .append(
                        "warnings",
                        new BsonArray(settings.warnings().stream()
                                .map(BsonString::new)
                                .toList()));
    }
}
