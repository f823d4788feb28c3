package io.tandem.agent.cli;

import io.tandem.agent.migrate.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bson.BsonDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Bidirectional sync off, now and after a restart. */
@Command(
        name = "emergency",
        description =
                "Disables bidirectional sync at once, in the running agent and in the settings. Local -> Atlas goes on; no data is lost.",
        footer = "  tandem migrate rollback emergency")
final class EmergencyRollback extends RollbackWay {

    @Mixin
    private final AgentOptions agent;

    EmergencyRollback(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    void goBack() {
        // The settings first: should the agent crash now, it must not come back enabled.
        Optional<String> notSaved = disableInSettings();
        AgentClient client = agent.client();
        if (client.answers()) {
            client.post(AgentClient.SYNC + "/toggle", "{\"enabled\": false}");
            BsonDocument health = client.get(AgentClient.SYNC + "/health");
            if (Fields.flag(health, "enabled")) {
                throw CommandFailure.failed(
                        "The agent answered, but bidirectional sync is still on. Stop the agent: it comes back disabled.");
            }
            done("Bidirectional sync is disabled");
            done("Local -> Atlas: the local feed is " + Fields.text(health, "localFeed.status"));
        } else {
            mind("No agent answers at " + client.base() + "; the setting holds from its next start.");
        }
        if (notSaved.isPresent()) {
            throw CommandFailure.failed(notSaved.get());
        }
    }

    /** What went wrong, if anything: a file that cannot be written is no reason to leave the agent running on. */
    private Optional<String> disableInSettings() {
        Path file = agent.config().editableFile();
        try {
            set(file, MigrationSteps.ENABLED, "false");
            MigrateCommand.state(surroundings()).goBackTo(Phase.DISABLED);
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of("The settings in " + file + " could not be changed (" + failed + "): set "
                    + MigrationSteps.ENABLED + "=false there by hand, else the next start turns sync on again.");
        }
    }
}
