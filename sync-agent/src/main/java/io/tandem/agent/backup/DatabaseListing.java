package io.tandem.agent.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What a database holds that mongodump would dump. */
final class DatabaseListing {

    private static final String BUCKETS = "system.buckets.";
    private static final int NAMESPACE_NOT_FOUND = 26;

    private DatabaseListing() {}

    /** Its collections, views and time series by name, with options and indexes. */
    static List<CollectionMetadata> of(MongoDatabase database) {
        List<CollectionMetadata> found = new ArrayList<>();
        for (BsonDocument listed : database.listCollections(BsonDocument.class)) {
            String name = listed.getString("name").getValue();
            if (isDumped(name)) {
                found.add(describe(database, name, listed));
            }
        }
        found.sort(Comparator.comparing(CollectionMetadata::collection));
        return found;
    }

    private static boolean isDumped(String name) {
        return name.equals("system.js")
                || !(name.startsWith("system.") || name.contains("$") || SyncState.isScratch(name));
    }

    private static CollectionMetadata describe(MongoDatabase database, String name, BsonDocument listed) {
        String type = listed.getString("type", new BsonString(CollectionMetadata.COLLECTION))
                .getValue();
        BsonDocument options = listed.getDocument("options", new BsonDocument());
        boolean view = type.equals(CollectionMetadata.VIEW);
        return new CollectionMetadata(name, type, options, view ? List.of() : indexes(database, name), uuid(listed));
    }

    private static List<BsonDocument> indexes(MongoDatabase database, String name) {
        try {
            return database.getCollection(name).listIndexes(BsonDocument.class).into(new ArrayList<>());
        } catch (MongoCommandException failed) {
            if (failed.getErrorCode() == NAMESPACE_NOT_FOUND) {
                return List.of(); // dropped since it was listed
            }
            throw failed;
        }
    }

    private static String uuid(BsonDocument listed) {
        BsonValue uuid = listed.getDocument("info", new BsonDocument()).get("uuid");
        return uuid instanceof BsonBinary binary ? HexFormat.of().formatHex(binary.getData()) : "";
    }

    /** The name under which a collection's documents are stored. */
    static String storedName(CollectionMetadata collection, MongoDatabase database) {
        if (!collection.isTimeseries()) {
            return collection.collection();
        }
        String buckets = BUCKETS + collection.collection();
        boolean separate = database.listCollections(BsonDocument.class)
                        .filter(new BsonDocument("name", new BsonString(buckets)))
                        .first()
                != null;
        return separate ? buckets : collection.collection();
    }

    static String withoutBucketsPrefix(String storedName) {
        return storedName.startsWith(BUCKETS) ? storedName.substring(BUCKETS.length()) : storedName;
    }

    /** Mean size of a collection's documents in bytes; 1024 when the server does not tell. */
    static int meanDocumentBytes(MongoDatabase database, String storedName) {
        try {
            BsonDocument stats = database.runCommand(
                    new BsonDocument("collStats", new BsonString(storedName)).append("scale", new BsonInt32(1)),
                    BsonDocument.class);
            return Math.max(
                    1, stats.getNumber("avgObjSize", new BsonInt32(1024)).intValue());
        } catch (MongoCommandException notSupported) {
            return 1024; // only a hint for the batch size
        }
    }
}
