package io.tandem.agent.backup;

import io.tandem.agent.backup.DumpSource.DumpedCollection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.bson.RawBsonDocument;

/** Reads a dump from front to end before anything is written anywhere. One thread calls it. */
final class DumpVerifier {

    private DumpVerifier() {}

    /**
     * What a dump holds, once it is known to be whole.
     *
     * @param manifest of a backup made by Tandem
     * @param documents per collection name
     */
    record Verified(Optional<Manifest> manifest, Map<String, Long> documents) {}

    /**
     * Compares a directory with its manifest; reads a dump without manifest through.
     *
     * @throws BackupException naming everything that is wrong
     */
    static Verified verify(
            Path path, DumpSource source, Predicate<DumpedCollection> wanted, int parallel, CopyProgress progress)
            throws IOException {
        Path root = rootOf(path);
        refuseIncomplete(root);
        Optional<Manifest> manifest = Files.isDirectory(root) ? Manifest.read(root) : Optional.empty();
        Map<String, Long> expected = new LinkedHashMap<>();
        source.collections().stream().filter(wanted).forEach(collection -> expected.put(collection.name(), 0L));
        if (manifest.isPresent()) {
            manifest.get()
                    .collections()
                    .forEach(collection -> expected.replace(collection.name(), collection.documents()));
        }
        progress.begins("verify", expected);
        Map<String, Long> counted = manifest.isPresent()
                ? checkFiles(root, manifest.get(), expected, parallel, progress)
                : readThrough(source, wanted, parallel, progress);
        progress.ends();
        return new Verified(manifest, counted);
    }

    private static void refuseIncomplete(Path path) {
        if (Files.exists(path.resolve(Manifest.INCOMPLETE))) {
            throw new BackupException(
                    "The backup in " + path + " is incomplete: it was stopped before its end (or is still"
                            + " running). Restore another one; delete this directory when no backup is running.");
        }
    }

    /** The backup's own directory, also when the directory of the database in it was named. */
    private static Path rootOf(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null || !Files.isDirectory(path) || Files.exists(path.resolve(Manifest.FILE))) {
            return path;
        }
        boolean above =
                Files.exists(parent.resolve(Manifest.FILE)) || Files.exists(parent.resolve(Manifest.INCOMPLETE));
        return above ? parent : path;
    }

    private static Map<String, Long> checkFiles(
            Path root, Manifest manifest, Map<String, Long> expected, int parallel, CopyProgress progress)
            throws IOException {
        List<Callable<List<String>>> checks = new ArrayList<>();
        for (Manifest.Collection collection : manifest.collections()) {
            checks.add(() -> {
                List<String> problems = new ArrayList<>();
                for (Manifest.File file : collection.files()) {
                    problemOf(root, file).ifPresent(problems::add);
                }
                progress.advanced(collection.name(), collection.documents(), 0);
                progress.finished(collection.name());
                return problems;
            });
        }
        List<String> problems = new ArrayList<>(unknown(manifest, expected));
        Workers.runAll("verify", parallel, checks).forEach(problems::addAll);
        Collections.sort(problems);
        if (!problems.isEmpty()) {
            throw new BackupException(
                    "The backup in " + root + " is damaged; nothing was restored:\n  " + String.join("\n  ", problems));
        }
        return expected;
    }

    /** Collections that were put into the directory later: nobody knows whether they are whole. */
    private static List<String> unknown(Manifest manifest, Map<String, Long> expected) {
        Set<String> known = new HashSet<>();
        manifest.collections().forEach(collection -> known.add(collection.name()));
        return expected.keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> "collection " + name + " is not in the manifest: its files were added later")
                .toList();
    }

    private static Optional<String> problemOf(Path root, Manifest.File file) throws IOException {
        Path path = root.resolve(file.path()).normalize();
        if (!path.startsWith(root.normalize())) {
            return Optional.of(file.path() + " leads out of the backup's directory");
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of(file.path() + " is missing");
        }
        if (Files.size(path) != file.bytes()) {
            return Optional.of(file.path() + " has " + Files.size(path) + " bytes instead of " + file.bytes());
        }
        if (!HashedFile.sha256Of(path).equals(file.sha256())) {
            return Optional.of(file.path() + " has another SHA-256 than when it was written");
        }
        return Optional.empty();
    }

    private static Map<String, Long> readThrough(
            DumpSource source, Predicate<DumpedCollection> wanted, int parallel, CopyProgress progress)
            throws IOException {
        Map<String, LongAdder> counts = new ConcurrentHashMap<>();
        source.collections().stream().filter(wanted).forEach(c -> counts.put(c.name(), new LongAdder()));
        try {
            source.stream(wanted, parallel, new DumpSource.Sink() {
                @Override
                public void document(DumpedCollection collection, RawBsonDocument document) throws IOException {
                    WellFormed.require(document, collection.name());
                    counts.computeIfAbsent(collection.name(), name -> new LongAdder())
                            .increment();
                    progress.advanced(collection.name(), 1, document.getByteLength());
                }

                @Override
                public void end(DumpedCollection collection) {
                    progress.finished(collection.name());
                }
            });
        } catch (IOException damaged) {
            throw new BackupException(
                    "The dump cannot be read; nothing was restored: " + damaged.getMessage(), damaged);
        }
        Map<String, Long> counted = new LinkedHashMap<>();
        counts.forEach((name, count) -> counted.put(name, count.sum()));
        return counted;
    }
}
