package io.tandem.agent.backup;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/**
 * What mongodump writes about a collection into {@code *.metadata.json}, as canonical extended JSON.
 *
 * @param collection its name
 * @param type {@code collection}, {@code view} or {@code timeseries}
 * @param options as {@code listCollections} gives and {@code create} takes them
 * @param indexes as {@code listIndexes} gives and {@code createIndexes} takes them, the one on {@code _id} included; empty for views
 * @param uuid the collection's identity on the server it came from, in hexadecimal digits; empty when not known
 */
record CollectionMetadata(
        String collection, String type, BsonDocument options, List<BsonDocument> indexes, String uuid) {

    static final String COLLECTION = "collection";
    static final String VIEW = "view";
    static final String TIMESERIES = "timeseries";

    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    CollectionMetadata {
        indexes = List.copyOf(indexes);
    }

    /** A collection of which only the documents are known. */
    static CollectionMetadata unknown(String collection) {
        return new CollectionMetadata(collection, COLLECTION, new BsonDocument(), List.of(), "");
    }

    boolean isView() {
        return type.equals(VIEW) || options.containsKey("viewOn");
    }

    boolean isTimeseries() {
        return type.equals(TIMESERIES) || options.containsKey("timeseries");
    }

    String toJson() {
        BsonDocument document = new BsonDocument();
        if (!options.isEmpty()) {
            document.append("options", options);
        }
        document.append("indexes", new BsonArray(indexes));
        if (!uuid.isEmpty()) {
            document.append("uuid", new BsonString(uuid));
        }
        document.append("collectionName", new BsonString(collection)).append("type", new BsonString(type));
        return document.toJson(CANONICAL);
    }

    /**
     * @param json what a dump has; blank stands for "nothing known"
     * @param nameFromFile the name to use when the text has none, as that of old dumps
     * @throws BackupException when it is not such a text
     */
    static CollectionMetadata parse(String json, String nameFromFile) {
        if (json.isBlank()) {
            return unknown(nameFromFile);
        }
        try {
            BsonDocument document = BsonDocument.parse(json);
            List<BsonDocument> indexes = new ArrayList<>();
            for (BsonValue index : document.getArray("indexes", new BsonArray())) {
                indexes.add(index.asDocument());
            }
            BsonDocument options = document.getDocument("options", new BsonDocument());
            return new CollectionMetadata(
                    document.getString("collectionName", new BsonString(nameFromFile))
                            .getValue(),
                    document.getString("type", new BsonString(typeOf(options))).getValue(),
                    options,
                    indexes,
                    document.getString("uuid", new BsonString("")).getValue());
        } catch (JsonParseException | BsonInvalidOperationException wrong) {
            throw new BackupException(
                    "The metadata of collection '" + nameFromFile + "' cannot be read: " + wrong.getMessage()
                            + ". Make the dump again, or restore without this file (its indexes and options are then lost).",
                    wrong);
        }
    }

    private static String typeOf(BsonDocument options) {
        if (options.containsKey("viewOn")) {
            return VIEW;
        }
        return options.containsKey("timeseries") ? TIMESERIES : COLLECTION;
    }
}
