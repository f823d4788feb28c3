package io.tandem.demo;

import com.mongodb.MongoException;
import io.tandem.agent.cli.CommandFailure;
import io.tandem.agent.cli.DatabaseFailures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.json.JsonParseException;

/** Reads sample data: each {@code *.json} file of extended JSON, one document per line, becomes a collection. */
final class SampleData {
    /** Older exports write the zone without a colon, which the parser does not take. */
    private static final Pattern OLD_ZONE = Pattern.compile("(\"\\$date\"\\s*:\\s*\"[^\"]*[+-]\\d\\d)(\\d\\d\")");

    private static final int BATCH = 500;

    private final List<Path> files;

    private SampleData(List<Path> files) {
        this.files = files;
    }

    /**
     * The sample data in a directory; nothing is read yet.
     *
     * @param directory the empty path for no data
     */
    static SampleData in(Path directory) {
        if (directory.toString().isEmpty()) {
            return new SampleData(List.of());
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> found = entries.filter(f -> f.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw CommandFailure.wrongUsage("The directory " + directory + " of --data has no *.json file.");
            }
            return new SampleData(found);
        } catch (IOException unreadable) {
            throw CommandFailure.wrongUsage("The directory " + directory + " of --data cannot be read ("
                    + unreadable.getClass().getSimpleName() + "). It must be a directory with *.json files.");
        }
    }

    /** Imports every file; returns how many documents. */
    long importInto(Replica into) {
        long documents = 0;
        for (Path file : files) {
            documents += importFile(file, into);
        }
        return documents;
    }

    private static long importFile(Path file, Replica into) {
        String name = file.getFileName().toString();
        String collection = name.substring(0, name.length() - ".json".length());
        long documents = 0;
        List<BsonDocument> batch = new ArrayList<>(BATCH);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                batch.add(parse(line, file, number));
                documents++;
                if (batch.size() == BATCH) {
                    insert(batch, collection, into);
                }
            }
            insert(batch, collection, into);
        } catch (IOException unreadable) {
            throw CommandFailure.failed("The file " + file + " of --data cannot be read: " + unreadable);
        } catch (IllegalArgumentException noName) {
            throw CommandFailure.wrongUsage("The file " + file
                    + " of --data cannot be imported: its name without .json must be the name of a collection. "
                    + noName.getMessage());
        } catch (MongoException refused) {
            throw CommandFailure.failed("The file " + file + " of --data cannot be imported into the collection '"
                    + collection + "' of " + into.name() + ". " + DatabaseFailures.explain(refused));
        }
        return documents;
    }

    private static BsonDocument parse(String line, Path file, long number) {
        try {
            return BsonDocument.parse(OLD_ZONE.matcher(line).replaceAll("$1:$2"));
        } catch (JsonParseException | IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage(
                    "Line " + number + " of " + file + " is not a document in extended JSON: " + wrong.getMessage());
        }
    }

    private static void insert(List<BsonDocument> batch, String collection, Replica into) {
        if (!batch.isEmpty()) {
            into.database().getCollection(collection, BsonDocument.class).insertMany(batch);
            batch.clear();
        }
    }

    /** A small shop, for a demo without data of its own. */
    static long shop(Replica into) {
        List<BsonDocument> menu = new ArrayList<>();
        String[] drinks = {"Tea", "Coffee", "Cocoa", "Lemonade", "Juice", "Water", "Cola", "Milk"};
        String[] sizes = {"small", "medium", "large"};
        for (int i = 0; i < drinks.length * sizes.length; i++) {
            menu.add(BsonDocument.parse(String.format(
                    java.util.Locale.ROOT,
                    "{_id: %d, name: '%s', size: '%s', price: {$numberDecimal: '%d.50'}, stock: 100}",
                    i + 1,
                    drinks[i % drinks.length],
                    sizes[i / drinks.length],
                    2 + i % 5)));
        }
        into.database().getCollection(Traffic.MENU, BsonDocument.class).insertMany(menu);
        return menu.size();
    }
}
