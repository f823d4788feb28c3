package io.tandem.benchmarks.load;

import com.mongodb.client.MongoDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.json.JsonParseException;

/**
 * A directory of data: each {@code *.json} file of extended JSON, one document per line, is a collection. Immutable.
 *
 * @param files sorted by name
 */
public record DataFiles(List<Path> files) {
    private static final String ENDING = ".json";
    private static final int BATCH = 500;
    /** Older exports write the zone without a colon, which the parser does not take. */
    private static final Pattern OLD_ZONE = Pattern.compile("(\"\\$date\"\\s*:\\s*\"[^\"]*[+-]\\d\\d)(\\d\\d\")");

    /**
     * The files of a directory.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static DataFiles in(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> found = entries.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("the directory " + directory + " of --data has no *.json file");
            }
            return new DataFiles(found);
        } catch (IOException e) {
            throw new IllegalArgumentException("the directory " + directory + " of --data cannot be read: " + e, e);
        }
    }

    /** Their names without the ending. */
    public List<String> collections() {
        return files.stream().map(DataFiles::collection).toList();
    }

    private static String collection(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ENDING.length());
    }

    /** Inserts all documents; returns how many. Blocking. */
    public int importInto(MongoDatabase database) {
        int documents = 0;
        for (Path file : files) {
            List<BsonDocument> batch = new ArrayList<>(BATCH);
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        batch.add(parse(line, file));
                        documents++;
                    }
                    if (batch.size() == BATCH) {
                        insert(database, file, batch);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
            insert(database, file, batch);
        }
        return documents;
    }

    private static void insert(MongoDatabase database, Path file, List<BsonDocument> batch) {
        if (!batch.isEmpty()) {
            database.getCollection(collection(file), BsonDocument.class).insertMany(batch);
            batch.clear();
        }
    }

    private static BsonDocument parse(String line, Path file) {
        try {
            return BsonDocument.parse(OLD_ZONE.matcher(line).replaceAll("$1:$2"));
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("a line of " + file + " is not a document in extended JSON: " + e, e);
        }
    }
}
