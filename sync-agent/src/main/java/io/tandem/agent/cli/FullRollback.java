package io.tandem.agent.cli;

import io.tandem.agent.backup.BackupException;
import io.tandem.agent.backup.Restore;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.migrate.MigrationState;
import io.tandem.agent.migrate.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The backup comes back. */
@Command(
        name = "full",
        description = {
            "Restores the backup made by phase 2 (or the one named) over the device's database, and with --atlas over the hub's, and disables bidirectional sync.",
            "The agent must be stopped. Changes made since the backup are gone."
        },
        footer = {"  tandem migrate rollback full --yes", "  tandem migrate rollback full --atlas --yes"})
final class FullRollback extends RollbackWay {

    @Option(
            names = "--backup",
            paramLabel = "DIR",
            description = "The device's backup (default: the one of this migration).")
    private @Nullable Path backup;

    @Option(names = "--atlas", description = "Restore the hub too. This affects all devices.")
    private boolean atlas;

    @Option(
            names = "--atlas-backup",
            paramLabel = "DIR",
            description = "The hub's backup (default: the one of this migration).")
    private @Nullable Path atlasBackup;

    @Option(
            names = "--even-if-devices-run",
            description = "With --atlas: although other devices are at work. Each notices the raised epoch and compares"
                    + " everything.")
    private boolean evenIfDevicesRun;

    @Option(names = "--yes", description = "Do it; without it nothing is changed.")
    private boolean confirmed;

    @Mixin
    private final ConfigOptions config;

    FullRollback(Surroundings surroundings) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    void goBack() throws IOException {
        MigrationState state = MigrateCommand.state(surroundings());
        AgentConfig settings = config.load();
        Path local = chosen(backup, state.text("localBackup"), "--backup");
        Optional<Path> hub = atlas
                ? Optional.of(chosen(atlasBackup, state.text("atlasBackup"), "--atlas-backup"))
                : Optional.empty();
        if (!confirmed) {
            throw CommandFailure.wrongUsage("This would replace the collections of " + settings.localDatabase()
                    + " by " + local
                    + hub.map(path -> ", and those of the hub by " + path).orElse("")
                    + ". Changes made since then would be gone. Add --yes to do it.");
        }
        try (Databases.Open device = Databases.local(settings);
                Databases.Open atlasSide = Databases.hub(settings)) {
            // Both are looked at before either is touched.
            Optional<Restore> ofHub = hub.map(path -> restore(atlasSide, path, true));
            Restore ofDevice = restore(device, local, false);
            refuseWhenInUse(ofDevice, ofHub);
            // Disabled first: should this be interrupted, an agent that is started must not spread half a restore.
            set(config.editableFile(), MigrationSteps.ENABLED, "false");
            run(ofDevice, device.label(), local);
            if (ofHub.isPresent()) {
                run(ofHub.get(), atlasSide.label(), hub.orElseThrow());
            }
        }
        state.goBackTo(Phase.PREFLIGHT);
        done("Start the agent ('tandem serve', or your service manager), then check the data: tandem verify");
    }

    private static void refuseWhenInUse(Restore ofDevice, Optional<Restore> ofHub) {
        try {
            ofDevice.requireIdle();
            ofHub.ifPresent(Restore::requireIdle);
        } catch (BackupException inUse) {
            throw CommandFailure.failed(String.valueOf(inUse.getMessage()));
        }
    }

    private Path chosen(@Nullable Path given, Optional<String> remembered, String option) {
        if (given != null) {
            return surroundings().directory().resolve(given);
        }
        return Path.of(remembered.orElseThrow(() ->
                CommandFailure.wrongUsage("This migration has no such backup. Name one with " + option + " DIR.")));
    }

    private Restore restore(Databases.Open target, Path source, boolean hub) {
        Restore.Request request = new Restore.Request(source, Optional.empty(), true, 4, hub, evenIfDevicesRun);
        ProgressBar progress = new ProgressBar(err(), surroundings().interactive());
        return new Restore(target.database(), request, progress, surroundings().clock());
    }

    private void run(Restore restore, String label, Path source) throws IOException {
        try {
            Restore.Report report = restore.run();
            done(report.inserted() + " documents restored into " + label + " from " + source);
            report.problems().forEach(problem -> mind("The server refused " + problem));
        } catch (BackupException refused) {
            throw CommandFailure.failed(String.valueOf(refused.getMessage()));
        }
    }
}
