package io.tandem.agent.cli;

import io.tandem.agent.backup.Backup;
import io.tandem.agent.backup.BackupException;
import io.tandem.agent.backup.Manifest;
import io.tandem.agent.config.AgentConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem backup}. */
@Command(
        name = "backup",
        description =
                "Copies the device's database (or, with --atlas, the hub's) into a directory in mongodump's format, with counts and checksums.",
        footer = {
            "  tandem backup --out backups/before-migration",
            "  tandem backup --out backups/atlas --atlas --gzip",
            "",
            "The directory is readable by mongorestore. A backup that is stopped in the middle stays marked as INCOMPLETE.",
            "Collections are read one after the other: writes made meanwhile may or may not be in it."
        })
final class BackupCommand extends ToolCommand {

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to; a new or empty directory.")
    private Path directory = Path.of("");

    @Option(names = "--gzip", description = "Compress each file.")
    private boolean gzip;

    @Option(names = "--atlas", description = "Back up the hub instead of the device.")
    private boolean atlas;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "Collections copied at once (default: ${DEFAULT-VALUE}).")
    private int parallel = 4;

    @Option(names = "--json", description = "Print the manifest as JSON.")
    private boolean json;

    @Mixin
    private final ConfigOptions config;

    BackupCommand(Surroundings surroundings) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    int work() throws IOException {
        if (parallel < 1 || parallel > 64) {
            throw CommandFailure.wrongUsage("--parallel " + parallel + " is not allowed: 1 to 64.");
        }
        AgentConfig settings = config.load();
        Path target = surroundings().directory().resolve(directory);
        try (Databases.Open source = atlas ? Databases.hub(settings) : Databases.local(settings)) {
            Backup.Request request =
                    new Backup.Request(target, gzip, parallel, source.label(), "tandem " + TandemVersion.current());
            ProgressBar progress = new ProgressBar(err(), surroundings().interactive());
            Manifest manifest = new Backup(
                            source.database(), request, progress, surroundings().clock())
                    .run();
            report(manifest, target);
            return ExitCodes.OK;
        } catch (BackupException refused) {
            throw CommandFailure.failed(String.valueOf(refused.getMessage()));
        }
    }

    /** The most heap that was in use at once since the start of this process, garbage included. */
    private static long peakHeapBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }

    private void report(Manifest manifest, Path target) {
        if (json) {
            BsonDocument document = manifest.toBson();
            document.append("directory", new BsonString(target.toString()))
                    .append("peakHeapBytes", new BsonInt64(peakHeapBytes()));
            json(document);
            return;
        }
        Table table = new Table("collection", "documents", "indexes", "type");
        manifest.collections().forEach(c -> table.row(c.name(), c.documents(), c.indexes(), c.type()));
        printTable(table);
        long millis =
                Duration.between(manifest.startedAt(), manifest.finishedAt()).toMillis();
        print("@|green ✓|@ " + manifest.documents() + " documents of " + manifest.database() + " (" + manifest.side()
                + ") in " + target + ", " + manifest.bytes() / 1024 + " kB, " + millis + " ms");
        plain("  Checksums: " + target.resolve(Manifest.FILE) + ", peak memory " + peakHeapBytes() / 1_000_000 + " MB");
    }
}
