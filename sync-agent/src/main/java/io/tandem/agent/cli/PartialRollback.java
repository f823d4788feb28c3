package io.tandem.agent.cli;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Some collections are excluded. */
@Command(
        name = "partial",
        description =
                "Excludes collections: they are no longer changed from Atlas, their local changes still go there.",
        footer = "  tandem migrate rollback partial --collections orders,bills")
final class PartialRollback extends RollbackWay {

    @Option(
            names = "--collections",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "The collections that make trouble.")
    private List<String> collections = List.of();

    @Mixin
    private final AgentOptions agent;

    PartialRollback(Surroundings surroundings) {
        super(surroundings);
        this.agent = new AgentOptions(surroundings);
    }

    @Override
    void goBack() throws IOException {
        Set<String> excluded =
                new LinkedHashSet<>(MigrationSteps.excluded(agent.config().load()));
        excluded.addAll(collections);
        set(agent.config().editableFile(), MigrationSteps.EXCLUDED, String.join(",", excluded));
        MigrateCommand.state(surroundings()).keepExcluded(collections);
        AgentClient client = agent.client();
        if (!client.answers()) {
            mind("No agent answers at " + client.base() + "; the setting holds from its next start.");
            return;
        }
        for (String collection : collections) {
            client.post(AgentClient.path("/collections", collection, "/mode"), Words.object("mode", "push-only"));
            done(collection + " is push-only in the running agent");
        }
    }
}
