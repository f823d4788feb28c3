package io.tandem.agent.cli;

import io.tandem.agent.backup.BackupException;
import io.tandem.agent.backup.Restore;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem restore}. */
@Command(
        name = "restore",
        description =
                "Brings a backup (or a mongodump directory or archive) back into the device's database, or, with --atlas, the hub's.",
        footer = {
            "  tandem restore backups/before-migration --drop",
            "  tandem restore backups/atlas --drop --atlas",
            "  tandem restore dump.archive.gz --from-db bomba",
            "",
            "The whole backup is verified before anything is written. While sync is active on the database, nothing is restored."
        })
final class RestoreCommand extends ToolCommand {

    @Parameters(
            paramLabel = "DIR|FILE",
            description = "A directory of 'tandem backup' or mongodump, or a mongodump archive; gzip is recognised.")
    private Path source = Path.of("");

    @Option(
            names = "--drop",
            description = "Replace each collection that is in the backup. Without it only missing documents are added.")
    private boolean drop;

    @Option(names = "--atlas", description = "Restore the hub instead of the device.")
    private boolean atlas;

    @Option(
            names = "--from-db",
            paramLabel = "NAME",
            description = "Which database of the backup, when it holds several.")
    private @Nullable String fromDatabase;

    @Option(
            names = "--even-if-devices-run",
            description =
                    "With --atlas: restore although devices are at work. Each notices the raised epoch and compares everything.")
    private boolean evenIfDevicesRun;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "Collections restored at once (default: ${DEFAULT-VALUE}).")
    private int parallel = 4;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin
    private final ConfigOptions config;

    RestoreCommand(Surroundings surroundings) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    int work() throws IOException {
        if (parallel < 1 || parallel > 64) {
            throw CommandFailure.wrongUsage("--parallel " + parallel + " is not allowed: 1 to 64.");
        }
        if (evenIfDevicesRun && !atlas) {
            throw CommandFailure.wrongUsage(
                    "--even-if-devices-run only makes sense with --atlas: on a device, stop its agent.");
        }
        AgentConfig settings = config.load();
        Path from = surroundings().directory().resolve(source);
        try (Databases.Open target = atlas ? Databases.hub(settings) : Databases.local(settings)) {
            Restore.Request request = new Restore.Request(
                    from, Optional.ofNullable(fromDatabase), drop, parallel, atlas, evenIfDevicesRun);
            ProgressBar progress = new ProgressBar(err(), surroundings().interactive());
            Restore.Report report = new Restore(
                            target.database(), request, progress, surroundings().clock())
                    .run();
            List<String> notes = atlas ? hubNotes(report) : deviceNotes(settings);
            print(report, notes, target.database().getName());
            return report.problems().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (BackupException refused) {
            throw CommandFailure.failed(String.valueOf(refused.getMessage()));
        }
    }

    private static List<String> deviceNotes(AgentConfig settings) {
        List<String> notes = new ArrayList<>();
        String identity = settings.get(Settings.INSTANCE_ID)
                .map(name -> "This device keeps the name " + name + " of its settings (INSTANCE_ID).")
                .orElse("This device gets a new identity at its next start.");
        notes.add(
                identity
                        + " Its base states and saved positions are gone, so its agent will compare everything with the hub (a full resync).");
        notes.add("Documents that are equal on both sides are left alone. Documents deleted on the hub within the last "
                + settings.get(Settings.TOMBSTONE_RETENTION_DAYS) + " days stay deleted.");
        if (settings.get(Settings.BIDIRECTIONAL_SYNC_ENABLED)) {
            notes.add(
                    "Where the hub has something newer, the hub wins; the restored content of such documents goes to the conflict log"
                            + " (tandem conflicts). The other devices notice nothing but documents that only this device has.");
        } else {
            notes.add(
                    "BIDIRECTIONAL_SYNC_ENABLED is false: this device only sends. The restored content will replace different content on the hub"
                            + " (which is kept in the conflict log), and the other devices will receive it. To take the hub's content instead,"
                            + " set BIDIRECTIONAL_SYNC_ENABLED=true before the start.");
        }
        return notes;
    }

    private static List<String> hubNotes(Restore.Report report) {
        List<String> notes = new ArrayList<>();
        if (report.epoch() == 0) {
            notes.add("No device has synced with this hub yet, so there is none to be told.");
            return notes;
        }
        notes.add("The hub's epoch is now " + report.epoch()
                + ". Each device notices it at its next contact or start, and compares everything instead of trusting its saved position"
                + (report.devices().isEmpty() ? "." : ": " + String.join(", ", report.devices()) + "."));
        notes.add(
                "Documents that a device did not change since it last agreed with the hub follow the restored hub, also backwards. A device's own newer"
                        + " edits are sent again, or decided as conflicts whose losers are kept. Deletes beyond MAX_DELETE_PERCENT wait for approval.");
        return notes;
    }

    private void print(Restore.Report report, List<String> notes, String database) {
        if (json) {
            json(toBson(report, notes, database));
            return;
        }
        Table table = new Table("collection", "restored", "already there", "indexes");
        report.collections().forEach(c -> table.row(c.name(), c.inserted(), c.present(), c.indexes()));
        printTable(table);
        print("@|green ✓|@ " + report.inserted() + " documents restored into " + database + "; the backup was verified "
                + (report.verifiedByManifest() ? "by its checksums" : "by reading it through (it has no checksums)"));
        report.problems().forEach(problem -> print("@|red ✗|@ The server refused " + problem));
        plain("");
        plain("What happens next:");
        notes.forEach(note -> plain("- " + note));
    }

    private static BsonDocument toBson(Restore.Report report, List<String> notes, String database) {
        BsonArray collections = new BsonArray();
        report.collections()
                .forEach(c -> collections.add(new BsonDocument("name", new BsonString(c.name()))
                        .append("restored", new BsonInt64(c.inserted()))
                        .append("present", new BsonInt64(c.present()))
                        .append("indexes", new BsonInt32(c.indexes()))));
        return new BsonDocument("database", new BsonString(database))
                .append("restored", new BsonInt64(report.inserted()))
                .append("verifiedByChecksums", BsonBoolean.valueOf(report.verifiedByManifest()))
                .append("epoch", new BsonInt64(report.epoch()))
                .append("devices", texts(report.devices()))
                .append("collections", collections)
                .append("problems", texts(report.problems()))
                .append("notes", texts(notes));
    }

    private static BsonArray texts(List<String> texts) {
        return new BsonArray(texts.stream().map(BsonString::new).toList());
    }
}
