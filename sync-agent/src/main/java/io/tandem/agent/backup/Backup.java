package io.tandem.agent.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * Copies one database into a directory as mongodump does, with a {@link Manifest}. One thread calls it; it uses several.
 *
 * <p>Collections are streamed side by side in batches of about a megabyte, so memory does not grow with the data. As with mongodump
 * without {@code --oplog}, each collection is read over a stretch of time; writes meanwhile may or may not be in it. While it runs, and for
 * ever if it is stopped, a file {@value Manifest#INCOMPLETE} stands in the directory; restore refuses such a directory.
 */
public final class Backup {

    private static final int BATCH_BYTES = 1024 * 1024;
    private static final int BATCH_DOCUMENTS_MAX = 2000;
    private static final int VERIFY_PARALLEL = 4;

    private final MongoDatabase database;
    private final Request request;
    private final CopyProgress progress;
    private final Clock clock;

    /**
     * What to write.
     *
     * @param directory is created; must be empty or absent
     * @param gzip whether each file is compressed
     * @param parallel collections copied at once, at least 1
     * @param side {@code local} or {@code atlas}, for the manifest
     * @param toolVersion this program's name and version, for the manifest and {@code prelude.json}
     */
    public record Request(Path directory, boolean gzip, int parallel, String side, String toolVersion) {
        public Request {
            if (parallel < 1) {
                throw new IllegalArgumentException("parallel " + parallel + " is below 1");
            }
        }
    }

    /** @param clock tells when the backup was made */
    public Backup(MongoDatabase database, Request request, CopyProgress progress, Clock clock) {
        this.database = database;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Copies everything and says what was copied.
     *
     * @throws BackupException when the directory is in use or the database is empty
     * @throws IOException when a file cannot be written
     * @throws MongoException when the server cannot be read
     */
    public Manifest run() throws IOException {
        Instant startedAt = clock.instant();
        List<CollectionMetadata> collections = DatabaseListing.of(database);
        if (collections.isEmpty()) {
            throw new BackupException("Database '" + database.getName()
                    + "' has no collections: nothing to back up. Is the database name in the URI right?");
        }
        Path incomplete = claimDirectory();
        Path data = Files.createDirectories(request.directory().resolve(database.getName()));
        String serverVersion = serverVersion();
        writePrelude(data, serverVersion);
        progress.begins("backup", estimates(collections));
        List<Callable<Manifest.Collection>> copies = new ArrayList<>();
        collections.forEach(collection -> copies.add(() -> copy(collection, data)));
        List<Manifest.Collection> copied = new ArrayList<>(Workers.runAll("backup", request.parallel(), copies));
        progress.ends();
        copied.sort(Comparator.comparing(Manifest.Collection::name));
        Manifest manifest = new Manifest(
                startedAt,
                clock.instant(),
                database.getName(),
                request.side(),
                serverVersion,
                request.toolVersion(),
                request.gzip(),
                copied);
        manifest.write(request.directory());
        Files.delete(incomplete);
        return manifest;
    }

    /**
     * Reads a finished backup again and compares it with its manifest.
     *
     * @throws BackupException when it is not whole, naming everything that is wrong
     */
    public static Manifest verify(Path directory, CopyProgress progress) throws IOException {
        DumpSource source = DumpSource.open(directory);
        return DumpVerifier.verify(directory, source, collection -> true, VERIFY_PARALLEL, progress)
                .manifest()
                .orElseThrow(() -> new BackupException("The backup in " + directory + " has no manifest."));
    }

    private Path claimDirectory() throws IOException {
        Path directory = Files.createDirectories(request.directory());
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new BackupException("The directory " + directory
                        + " is not empty. Name a new one, so that no older backup is overwritten.");
            }
        }
        return Files.writeString(
                directory.resolve(Manifest.INCOMPLETE),
                "This backup of " + database.getName() + " is being made, or was stopped before its end.\n"
                        + "Do not restore it. If no backup is running, delete this directory and make a new one.\n",
                StandardCharsets.UTF_8);
    }

    private String serverVersion() {
        return database.runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class)
                .getString("version", new BsonString("unknown"))
                .getValue();
    }

    private void writePrelude(Path data, String serverVersion) throws IOException {
        String json = new BsonDocument("ServerVersion", new BsonString(serverVersion))
                .append("ToolVersion", new BsonString(request.toolVersion()))
                .toJson();
        writeText(data.resolve(DumpNames.PRELUDE + extension()), json);
    }

    private Map<String, Long> estimates(List<CollectionMetadata> collections) {
        Map<String, Long> estimates = new LinkedHashMap<>();
        for (CollectionMetadata collection : collections) {
            boolean counted = !collection.isView() && !collection.isTimeseries();
            estimates.put(
                    collection.collection(),
                    counted ? database.getCollection(collection.collection()).estimatedDocumentCount() : 0L);
        }
        return estimates;
    }

    private Manifest.Collection copy(CollectionMetadata collection, Path data) throws IOException {
        List<Manifest.File> files = new ArrayList<>();
        long documents = 0;
        if (!collection.isView()) {
            String storedName = DatabaseListing.storedName(collection, database);
            Path file = data.resolve(DumpNames.fileNameOf(storedName) + DumpNames.DATA + extension());
            try (HashedFile out = new HashedFile(file, request.gzip())) {
                documents = copyDocuments(collection.collection(), storedName, out);
                files.add(out.finish(request.directory()));
            }
        }
        Path metadata = data.resolve(DumpNames.fileNameOf(collection.collection()) + DumpNames.METADATA + extension());
        files.add(writeText(metadata, collection.toJson()));
        progress.finished(collection.collection());
        return new Manifest.Collection(
                collection.collection(),
                collection.type(),
                documents,
                collection.indexes().size(),
                files);
    }

    private long copyDocuments(String collection, String storedName, HashedFile out) throws IOException {
        MongoCollection<RawBsonDocument> source = database.getCollection(storedName, RawBsonDocument.class);
        int batch = Math.max(
                1,
                Math.min(BATCH_DOCUMENTS_MAX, BATCH_BYTES / DatabaseListing.meanDocumentBytes(database, storedName)));
        long documents = 0;
        try (MongoCursor<RawBsonDocument> cursor =
                source.find().batchSize(batch).iterator()) {
            while (cursor.hasNext()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new BackupException("Stopped before the end of " + collection + ".");
                }
                RawBsonDocument document = cursor.next();
                out.write(document.getBackingArray(), document.getByteOffset(), document.getByteLength());
                documents++;
                progress.advanced(collection, 1, document.getByteLength());
            }
        }
        return documents;
    }

    private Manifest.File writeText(Path file, String text) throws IOException {
        try (HashedFile out = new HashedFile(file, request.gzip())) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
            return out.finish(request.directory());
        }
    }

    private String extension() {
        return request.gzip() ? DumpNames.GZIP : "";
    }
}
