package io.tandem.agent.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/**
 * How far a migration is: a file that survives interruptions. One thread.
 *
 * <p>Stored as relaxed extended JSON: {@code version} (1; others are refused), {@code done} (per phase the time it was finished, agent's
 * clock), {@code localBackup}, {@code atlasBackup} (directories), {@code excludedBefore} (the exclusion list before the migration changed it),
 * {@code critical} (collections that are enabled last).
 */
public final class MigrationState {

    /** The file's name, in the working directory. */
    public static final String FILE = ".tandem-migration.json";

    private static final int VERSION = 1;
    private static final JsonWriterSettings PRETTY = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .indent(true)
            .build();

    private final Path file;
    private final BsonDocument content;

    private MigrationState(Path file, BsonDocument content) {
        this.file = file;
        this.content = content;
    }

    /**
     * The state in a directory; a new one when there is none.
     *
     * @throws IllegalArgumentException when the file cannot be understood
     */
    public static MigrationState in(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            BsonDocument fresh = new BsonDocument("version", new BsonInt32(VERSION)).append("done", new BsonDocument());
            return new MigrationState(file, fresh);
        }
        try {
            BsonDocument stored = BsonDocument.parse(Files.readString(file, StandardCharsets.UTF_8));
            if (stored.getNumber("version").intValue() != VERSION) {
                throw new IllegalArgumentException(
                        file + " was written by another version of Tandem; finish the migration with that one.");
            }
            stored.getDocument("done");
            return new MigrationState(file, stored);
        } catch (JsonParseException | BsonInvalidOperationException damaged) {
            throw new IllegalArgumentException(
                    file + " is damaged. Delete it to begin the migration anew; every phase can be repeated.", damaged);
        }
    }

    /** The first phase that is not done; empty when all are. */
    public Optional<Phase> next() {
        for (Phase phase : Phase.values()) {
            if (doneAt(phase).isEmpty()) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    public Optional<Instant> doneAt(Phase phase) {
        BsonDocument done = content.getDocument("done");
        return done.isDateTime(phase.label())
                ? Optional.of(
                        Instant.ofEpochMilli(done.getDateTime(phase.label()).getValue()))
                : Optional.empty();
    }

    /** Notes that a phase is done and saves. */
    public void done(Phase phase, Instant at) throws IOException {
        content.getDocument("done").append(phase.label(), new BsonDateTime(at.toEpochMilli()));
        save();
    }

    /** Notes that this phase and those after it have to be done again, and saves. */
    public void goBackTo(Phase phase) throws IOException {
        if (content.getDocument("done").isEmpty()) {
            return;
        }
        for (Optional<Phase> undone = Optional.of(phase);
                undone.isPresent();
                undone = undone.get().next()) {
            content.getDocument("done").remove(undone.get().label());
        }
        save();
    }

    /** Notes that these collections stay excluded when the migration ends, because they made trouble; does nothing before its fourth phase. */
    public void keepExcluded(List<String> collections) throws IOException {
        Optional<String> before = text("excludedBefore");
        if (before.isEmpty()) {
            return;
        }
        Set<String> excluded = new LinkedHashSet<>(List.of(before.get().split(",", -1)));
        excluded.addAll(collections);
        excluded.remove("");
        text("excludedBefore", String.join(",", excluded));
        List<String> critical = new ArrayList<>(texts("critical"));
        critical.removeAll(collections);
        texts("critical", critical);
    }

    public Optional<String> text(String name) {
        return content.isString(name) ? Optional.of(content.getString(name).getValue()) : Optional.empty();
    }

    public void text(String name, String value) throws IOException {
        content.append(name, new BsonString(value));
        save();
    }

    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (content.isArray(name)) {
            content.getArray(name).forEach(value -> texts.add(value.asString().getValue()));
        }
        return texts;
    }

    public void texts(String name, List<String> values) throws IOException {
        content.append(name, new BsonArray(values.stream().map(BsonString::new).toList()));
        save();
    }

    /** Its stored form. */
    public BsonDocument toBson() {
        return content.clone();
    }

    private void save() throws IOException {
        Path temporary = file.resolveSibling(FILE + ".tmp");
        Files.writeString(temporary, content.toJson(PRETTY) + "\n", StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
