package io.tandem.agent.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/**
 * What a finished backup holds: {@code tandem-manifest.json} beside the database's directory, which mongorestore ignores.
 *
 * <p>Stored as relaxed extended JSON: {@code version} (1; others are refused), {@code startedAt}, {@code finishedAt} (agent's clock),
 * {@code database}, {@code side} ({@code local} or {@code atlas}), {@code serverVersion}, {@code toolVersion}, {@code gzip}, and
 * {@code collections}: {@code name}, {@code type}, {@code documents}, {@code indexes}, {@code files} with {@code path} (relative, with
 * slashes), {@code bytes} and {@code sha256} (hexadecimal).
 *
 * @param database the database's name where it came from
 * @param side {@code local} or {@code atlas}
 */
public record Manifest(
        Instant startedAt,
        Instant finishedAt,
        String database,
        String side,
        String serverVersion,
        String toolVersion,
        boolean gzip,
        List<Collection> collections) {

    /** Its file's name. */
    public static final String FILE = "tandem-manifest.json";

    /** The name of the file that stands beside a backup that is not finished. */
    public static final String INCOMPLETE = "INCOMPLETE";

    private static final int VERSION = 1;
    private static final JsonWriterSettings PRETTY = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .indent(true)
            .build();

    public Manifest {
        collections = List.copyOf(collections);
    }

    /**
     * One collection of a backup.
     *
     * @param documents 0 for views
     * @param indexes the one on {@code _id} included
     */
    public record Collection(String name, String type, long documents, int indexes, List<File> files) {
        public Collection {
            files = List.copyOf(files);
        }
    }

    /** One file; its path is relative to the backup. */
    public record File(String path, long bytes, String sha256) {}

    /** Documents of all collections. */
    public long documents() {
        return collections.stream().mapToLong(Collection::documents).sum();
    }

    /** Bytes of all files. */
    public long bytes() {
        return collections.stream()
                .flatMap(collection -> collection.files().stream())
                .mapToLong(File::bytes)
                .sum();
    }

    /** The stored form. */
    public BsonDocument toBson() {
        BsonArray stored = new BsonArray();
        collections.forEach(collection -> stored.add(toBson(collection)));
        return new BsonDocument("version", new BsonInt32(VERSION))
                .append("startedAt", new BsonDateTime(startedAt.toEpochMilli()))
                .append("finishedAt", new BsonDateTime(finishedAt.toEpochMilli()))
                .append("database", new BsonString(database))
                .append("side", new BsonString(side))
                .append("serverVersion", new BsonString(serverVersion))
                .append("toolVersion", new BsonString(toolVersion))
                .append("gzip", BsonBoolean.valueOf(gzip))
                .append("collections", stored);
    }

    private static BsonDocument toBson(Collection collection) {
        BsonArray files = new BsonArray();
        for (File file : collection.files()) {
            files.add(new BsonDocument("path", new BsonString(file.path()))
                    .append("bytes", new BsonInt64(file.bytes()))
                    .append("sha256", new BsonString(file.sha256())));
        }
        return new BsonDocument("name", new BsonString(collection.name()))
                .append("type", new BsonString(collection.type()))
                .append("documents", new BsonInt64(collection.documents()))
                .append("indexes", new BsonInt32(collection.indexes()))
                .append("files", files);
    }

    /** Writes it as a whole or not at all. */
    void write(Path directory) throws IOException {
        Path temporary = directory.resolve(FILE + ".tmp");
        Files.writeString(temporary, toBson().toJson(PRETTY) + "\n", StandardCharsets.UTF_8);
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The manifest of a directory; empty when it has none, as the output of mongodump.
     *
     * @throws BackupException when it cannot be understood
     */
    public static Optional<Manifest> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(BsonDocument.parse(Files.readString(file, StandardCharsets.UTF_8))));
        } catch (JsonParseException | BsonInvalidOperationException wrong) {
            throw new BackupException(
                    file + " is damaged: " + wrong.getMessage()
                            + ". Delete it to restore the directory like one of mongodump, without checksums.",
                    wrong);
        }
    }

    private static Manifest parse(BsonDocument stored) {
        int version = stored.getNumber("version").intValue();
        if (version != VERSION) {
            throw new BackupException("This backup's manifest has version " + version + "; this Tandem reads version "
                    + VERSION + ". Use the Tandem that made it.");
        }
        List<Collection> collections = new ArrayList<>();
        for (BsonValue value : stored.getArray("collections")) {
            collections.add(parseCollection(value.asDocument()));
        }
        return new Manifest(
                Instant.ofEpochMilli(stored.getDateTime("startedAt").getValue()),
                Instant.ofEpochMilli(stored.getDateTime("finishedAt").getValue()),
                stored.getString("database").getValue(),
                stored.getString("side").getValue(),
                stored.getString("serverVersion").getValue(),
                stored.getString("toolVersion").getValue(),
                stored.getBoolean("gzip").getValue(),
                collections);
    }

    private static Collection parseCollection(BsonDocument stored) {
        List<File> files = new ArrayList<>();
        for (BsonValue value : stored.getArray("files")) {
            BsonDocument file = value.asDocument();
            files.add(new File(
                    file.getString("path").getValue(),
                    file.getNumber("bytes").longValue(),
                    file.getString("sha256").getValue()));
        }
        return new Collection(
                stored.getString("name").getValue(),
                stored.getString("type").getValue(),
                stored.getNumber("documents").longValue(),
                stored.getNumber("indexes").intValue(),
                files);
    }
}
