package io.tandem.contract.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What a real MongoDB 4.4.1 did, as recorded in {@code mongod-4.4.1.json}. Immutable.
 *
 * <p>The file holds canonical extended JSON. Database names are {@code rec}; tokens, times and sessions are stable names like
 * {@code <token 1>}, equal where the values were equal.
 */
final class Recording {

    static final String DATABASE = "rec";

    private static final Recording INSTANCE = load();

    private final BsonDocument all;

    private Recording(BsonDocument all) {
        this.all = all;
    }

    static Recording instance() {
        return INSTANCE;
    }

    /** All scenarios, in the order of the file. */
    List<Scenario> scenarios() {
        return all.getArray("scenarios").stream()
                .map(BsonValue::asDocument)
                .map(Scenario::new)
                .toList();
    }

    /** One of the parts beside the scenarios. */
    BsonDocument part(String name) {
        return all.getDocument(name);
    }

    private static Recording load() {
        try (InputStream in = Recording.class.getResourceAsStream("mongod-4.4.1.json")) {
            if (in == null) {
                throw new IllegalStateException("The recording mongod-4.4.1.json is missing from the test resources.");
            }
            return new Recording(BsonDocument.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One scenario: what to prepare, what to watch, what to do, and what the server answered and reported. */
    record Scenario(BsonDocument document) {

        String name() {
            return document.getString("name").getValue();
        }

        List<BsonDocument> setup() {
            return documents("setup");
        }

        List<BsonDocument> steps() {
            return documents("steps");
        }

        BsonDocument watch() {
            return document.getDocument("watch");
        }

        boolean watchesLate() {
            return watch().getString("opened").getValue().startsWith("after the steps");
        }

        Optional<String> watchedCollection() {
            BsonValue collection = watch().get("collection", BsonNull.VALUE);
            return collection.isString() ? Optional.of(collection.asString().getValue()) : Optional.empty();
        }

        /** What was recorded, in the form that {@link Replay} reports: step results, events, and the stream's error if it had one. */
        BsonDocument expected() {
            BsonArray events = new BsonArray();
            documents("events").forEach(event -> events.add(event.getDocument("event")));
            return new BsonDocument("stepResults", document.getArray("stepResults"))
                    .append("events", events)
                    .append("error", document.get("error", new BsonString("none")));
        }

        private List<BsonDocument> documents(String field) {
            return document.getArray(field).stream().map(BsonValue::asDocument).toList();
        }
    }
}
