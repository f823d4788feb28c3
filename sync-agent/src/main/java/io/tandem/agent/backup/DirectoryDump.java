package io.tandem.agent.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bson.RawBsonDocument;

/**
 * A directory made by {@code tandem backup} or {@code mongodump --out}: one directory per database, or one database's directory itself.
 *
 * <p>Files that belong to the server or to the users of a whole cluster ({@code oplog.bson}, {@code $admin.system.users}) are left alone.
 */
final class DirectoryDump implements DumpSource {

    private static final String OPLOG = "oplog";

    private final Path root;
    private final List<DumpFile> files;

    /** A collection with its data file. */
    private record DumpFile(DumpedCollection collection, Optional<Path> data) {}

    private DirectoryDump(Path root, List<DumpFile> files) {
        this.root = root;
        this.files = files;
    }

    static DirectoryDump open(Path root) throws IOException {
        List<DumpFile> files = new ArrayList<>();
        if (isOfOneDatabase(root)) {
            files.addAll(readDatabase(root));
        } else {
            for (Path directory : list(root, Files::isDirectory)) {
                files.addAll(readDatabase(directory));
            }
        }
        if (files.isEmpty()) {
            throw new BackupException(
                    "There is no dump in " + root
                            + ": neither it nor a directory in it holds *.bson or *.metadata.json files (also compressed as .gz).");
        }
        return new DirectoryDump(root, List.copyOf(files));
    }

    /** A dump of all databases has at most the oplog at its top. */
    private static boolean isOfOneDatabase(Path directory) throws IOException {
        return !list(
                        directory,
                        file -> withoutExtension(nameOf(file), DumpNames.DATA)
                                        .filter(name -> !name.equals(OPLOG))
                                        .isPresent()
                                || withoutExtension(nameOf(file), DumpNames.METADATA)
                                        .isPresent())
                .isEmpty();
    }

    private static List<Path> list(Path directory, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(wanted)
                    .sorted(Comparator.comparing(DirectoryDump::nameOf))
                    .toList();
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static Optional<String> withoutExtension(String name, String extension) {
        String plain = name.endsWith(DumpNames.GZIP) ? name.substring(0, name.length() - 3) : name;
        boolean matches = plain.endsWith(extension) && !plain.startsWith("$") && !plain.startsWith("%24");
        return matches ? Optional.of(plain.substring(0, plain.length() - extension.length())) : Optional.empty();
    }

    private static List<DumpFile> readDatabase(Path directory) throws IOException {
        Map<String, Path> data = new TreeMap<>();
        Map<String, Path> metadata = new TreeMap<>();
        for (Path file : list(directory, Files::isRegularFile)) {
            withoutExtension(nameOf(file), DumpNames.DATA).ifPresent(name -> data.put(name, file));
            withoutExtension(nameOf(file), DumpNames.METADATA).ifPresent(name -> metadata.put(name, file));
        }
        String database = nameOf(directory.toAbsolutePath().normalize());
        List<DumpFile> found = new ArrayList<>();
        for (Map.Entry<String, Path> entry : metadata.entrySet()) {
            CollectionMetadata described = readMetadata(entry.getKey(), entry.getValue());
            Optional<Path> file = Optional.ofNullable(data.remove(entry.getKey()))
                    .or(() -> Optional.ofNullable(
                            data.remove(DumpNames.fileNameOf("system.buckets." + described.collection()))));
            found.add(new DumpFile(new DumpedCollection(database, described, file.isPresent()), file));
        }
        for (Map.Entry<String, Path> entry : data.entrySet()) {
            found.add(withoutMetadata(database, entry.getKey(), entry.getValue()));
        }
        found.removeIf(file -> isServersOwn(file.collection().name()));
        return found;
    }

    private static boolean isServersOwn(String collection) {
        return collection.equals("system.profile") || collection.equals("system.indexes");
    }

    private static DumpFile withoutMetadata(String database, String fileName, Path file) {
        if (DumpNames.isCut(fileName)) {
            throw new BackupException(
                    "The name of " + file
                            + " is cut off, and the metadata file that knows the whole name is missing. Put it back beside it.");
        }
        CollectionMetadata metadata = CollectionMetadata.unknown(DumpNames.collectionOf(fileName));
        return new DumpFile(new DumpedCollection(database, metadata, true), Optional.of(file));
    }

    private static CollectionMetadata readMetadata(String fileName, Path file) throws IOException {
        try (InputStream in = DumpSource.unpacked(file)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String name = DumpNames.isCut(fileName) ? "" : DumpNames.collectionOf(fileName);
            CollectionMetadata metadata = CollectionMetadata.parse(json, name);
            if (metadata.collection().isEmpty()) {
                throw new BackupException(
                        file + " does not say which collection it belongs to, and its name is cut off.");
            }
            return metadata;
        }
    }

    @Override
    public String description() {
        return "directory " + root;
    }

    @Override
    public List<DumpedCollection> collections() {
        return files.stream().map(DumpFile::collection).toList();
    }

    @Override
    public void stream(Predicate<DumpedCollection> wanted, int parallel, Sink sink) throws IOException {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (DumpFile file : files) {
            if (wanted.test(file.collection())) {
                tasks.add(() -> streamOne(file, sink));
            }
        }
        Workers.runAll("dump-reader", parallel, tasks);
    }

    private static boolean streamOne(DumpFile file, Sink sink) throws IOException {
        if (file.data().isPresent()) {
            Path data = file.data().get();
            try (BsonStream documents = new BsonStream(DumpSource.unpacked(data), data.toString())) {
                for (Optional<RawBsonDocument> next = documents.next(); next.isPresent(); next = documents.next()) {
                    sink.document(file.collection(), next.get());
                }
            }
        }
        sink.end(file.collection());
        return true;
    }
}
