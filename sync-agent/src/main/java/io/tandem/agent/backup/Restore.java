package io.tandem.agent.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.backup.DumpSource.DumpedCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * Brings a dump back into one database. One thread calls it; it uses several.
 *
 * <p>In this order: the dump is verified from front to end; a database on which sync is active is refused; a note says that a restore has
 * begun; the hub's epoch is raised (hub) or the device's lease is held (device); documents, then indexes, then views are written; the
 * device's identity and base states are removed (device); the note is removed. A restore that was killed is repeated with {@code --drop}.
 */
public final class Restore {

    private final MongoDatabase database;
    private final Request request;
    private final CopyProgress progress;
    private final Clock clock;

    /**
     * What to bring back.
     *
     * @param source a directory or an archive
     * @param fromDatabase which of the dump's databases; empty for the only one, or the one named like the target
     * @param drop whether each collection in the dump replaces the one in the database
     * @param parallel collections restored at once, at least 1
     * @param hub whether the target is the hub
     * @param evenIfDevicesRun for the hub: go on although devices are at work; the new epoch stops them
     */
    public record Request(
            Path source,
            Optional<String> fromDatabase,
            boolean drop,
            int parallel,
            boolean hub,
            boolean evenIfDevicesRun) {
        public Request {
            if (parallel < 1) {
                throw new IllegalArgumentException("parallel " + parallel + " is below 1");
            }
        }
    }

    /**
     * What was brought back.
     *
     * @param collections by name
     * @param verifiedByManifest whether checksums were compared, or the dump (of another program) was only read through
     * @param epoch the hub's new epoch; 0 when the target is a device or no device ever synced with the hub
     * @param devices names of the devices that belong to the hub
     * @param problems indexes or views that the server refused
     */
    public record Report(
            List<Restored> collections,
            boolean verifiedByManifest,
            long epoch,
            List<String> devices,
            List<String> problems) {

        public Report {
            collections = List.copyOf(collections);
            devices = List.copyOf(devices);
            problems = List.copyOf(problems);
        }

        /** Documents written. */
        public long inserted() {
            return collections.stream().mapToLong(Restored::inserted).sum();
        }
    }

    /**
     * One collection.
     *
     * @param inserted documents written
     * @param present documents left alone because the database had their keys
     * @param indexes indexes created, the one on {@code _id} not counted
     */
    public record Restored(String name, long inserted, long present, int indexes) {}

    /** @param clock tells when the restore was made */
    public Restore(MongoDatabase database, Request request, CopyProgress progress, Clock clock) {
        this.database = database;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Restores.
     *
     * @throws BackupException when the dump is not whole, sync is active, or the server refuses a document
     * @throws MongoException when the server cannot be written to
     */
    public Report run() throws IOException {
        DumpSource source = DumpSource.open(request.source());
        String from = chooseDatabase(source);
        Predicate<DumpedCollection> wanted = collection ->
                collection.database().equals(from) && !SyncState.isNeverRestored(collection.name(), request.hub());
        DumpVerifier.Verified verified =
                DumpVerifier.verify(request.source(), source, wanted, request.parallel(), progress);
        return request.hub() ? restoreHub(source, wanted, verified) : restoreDevice(source, wanted, verified);
    }

    private String chooseDatabase(DumpSource source) {
        TreeSet<String> databases = new TreeSet<>();
        source.collections().forEach(collection -> databases.add(collection.database()));
        if (request.fromDatabase().isPresent()) {
            String wanted = request.fromDatabase().get();
            if (!databases.contains(wanted)) {
                throw new BackupException("The " + source.description() + " holds no database '" + wanted + "', only "
                        + String.join(", ", databases) + ".");
            }
            return wanted;
        }
        databases.removeIf(name -> databases.size() > 1 && (name.equals("admin") || name.equals("config")));
        if (databases.size() == 1) {
            return databases.first();
        }
        if (databases.contains(database.getName())) {
            return database.getName();
        }
        throw new BackupException("The " + source.description() + " holds several databases ("
                + String.join(", ", databases) + "), none of them named '" + database.getName()
                + "'. Say which with --from-db NAME.");
    }

    /**
     * Looks whether the database is in use; {@link #run} does so too.
     *
     * @throws BackupException when an agent works on the device's database, or devices are at work on the hub and that was not accepted
     */
    public void requireIdle() {
        if (!request.hub()) {
            if (LocalLease.holder(database).isPresent()) {
                throw LocalLease.inUse(database);
            }
            return;
        }
        List<String> running = SyncState.devices(database, clock.instant().minus(SyncState.RECENTLY));
        if (!running.isEmpty() && !request.evenIfDevicesRun()) {
            throw new BackupException("Sync is active on the hub: " + running.size() + " device(s) reported within "
                    + SyncState.RECENTLY.toMinutes() + " minutes: " + String.join(", ", running)
                    + ". Stop their agents and wait, or add --even-if-devices-run: the hub's epoch is then raised first, so that each device"
                    + " compares everything at its next contact.");
        }
    }

    private Report restoreDevice(DumpSource source, Predicate<DumpedCollection> wanted, DumpVerifier.Verified verified)
            throws IOException {
        requireIdle();
        try (LocalLease lease = LocalLease.take(database)) {
            SyncState.noteRestoreBegins(database, SyncState.METADATA, source.description(), clock.instant());
            Written written = write(source, wanted, verified);
            lease.requireHeld();
            SyncState.forgetDevice(database);
            SyncState.noteRestoreEnds(database, SyncState.METADATA);
            return written.report(verified, 0, List.of());
        }
    }

    private Report restoreHub(DumpSource source, Predicate<DumpedCollection> wanted, DumpVerifier.Verified verified)
            throws IOException {
        requireIdle();
        Instant now = clock.instant();
        SyncState.noteRestoreBegins(database, SyncState.HUB, source.description(), now);
        long epoch = SyncState.raiseEpoch(database, now);
        Written written = write(source, wanted, verified);
        SyncState.noteRestoreEnds(database, SyncState.HUB);
        return written.report(verified, epoch, SyncState.devices(database, Instant.EPOCH));
    }

    /** What {@link #write} did. */
    private record Written(List<Restored> collections, List<String> problems) {
        Report report(DumpVerifier.Verified verified, long epoch, List<String> devices) {
            return new Report(collections, verified.manifest().isPresent(), epoch, devices, problems);
        }
    }

    private Written write(DumpSource source, Predicate<DumpedCollection> wanted, DumpVerifier.Verified verified)
            throws IOException {
        List<DumpedCollection> chosen =
                source.collections().stream().filter(wanted).toList();
        CollectionCreator creator = new CollectionCreator(database);
        creator.prepare(chosen.stream().map(DumpedCollection::metadata).toList(), request.drop());
        progress.begins("restore", verified.documents());
        Map<String, BatchInserter> inserters = new ConcurrentHashMap<>();
        source.stream(wanted, request.parallel(), new InsertingSink(inserters));
        progress.ends();
        List<String> problems = new ArrayList<>();
        List<Restored> restored = new ArrayList<>();
        for (DumpedCollection collection : chosen) {
            int indexes = creator.createIndexes(collection.metadata(), problems);
            BatchInserter inserter = inserters.get(collection.name());
            restored.add(new Restored(
                    collection.name(),
                    inserter == null ? 0 : inserter.inserted(),
                    inserter == null ? 0 : inserter.present(),
                    indexes));
            checkCount(collection.name(), inserter, verified);
        }
        creator.createViews(chosen.stream().map(DumpedCollection::metadata).toList(), request.drop(), problems);
        return new Written(restored, problems);
    }

    private void checkCount(String name, @Nullable BatchInserter inserter, DumpVerifier.Verified verified) {
        long expected = verified.documents().getOrDefault(name, 0L);
        long handled = inserter == null ? 0 : inserter.inserted() + inserter.present();
        if (handled != expected) {
            throw new BackupException("Collection " + name + " has " + expected + " documents in the dump, but "
                    + handled + " were restored. Something changed the dump meanwhile; restore again with --drop.");
        }
    }

    /** Sends documents to the inserter of their collection. */
    private final class InsertingSink implements DumpSource.Sink {
        private final Map<String, BatchInserter> inserters;

        InsertingSink(Map<String, BatchInserter> inserters) {
            this.inserters = inserters;
        }

        @Override
        public void document(DumpedCollection collection, RawBsonDocument document) {
            inserters
                    .computeIfAbsent(
                            collection.name(),
                            name -> new BatchInserter(database.getCollection(
                                    CollectionCreator.storedName(collection.metadata()), RawBsonDocument.class)))
                    .add(request.hub() ? document : withoutHubMetadata(document));
            progress.advanced(collection.name(), 1, document.getByteLength());
        }

        @Override
        public void end(DumpedCollection collection) {
            BatchInserter inserter = inserters.get(collection.name());
            if (inserter != null) {
                inserter.flush();
            }
            progress.finished(collection.name());
        }
    }

    /** A dump of the hub may seed a device, whose documents are never decorated. */
    static RawBsonDocument withoutHubMetadata(RawBsonDocument document) {
        BsonValue decoration = document.get("_sync");
        if (decoration == null
                || !decoration.isDocument()
                || !decoration.asDocument().containsKey("version")) {
            return document;
        }
        BsonDocument plain = new BsonDocument();
        document.forEach((name, value) -> {
            if (!name.equals("_sync")) {
                plain.append(name, value);
            }
        });
        return new RawBsonDocument(plain, new BsonDocumentCodec());
    }
}
