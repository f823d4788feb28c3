package io.tandem.agent.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Makes a database's collections, indexes and views as a dump describes them. One thread. */
final class CollectionCreator {

    private static final String ID_INDEX = "_id_";

    /** What dumps list among a collection's options, and servers of today refuse or do by themselves. */
    private static final Set<String> NOT_FOR_CREATE =
            Set.of("uuid", "autoIndexId", "create", "temp", "flags", "idIndex", "recordIdsReplicated");

    private final MongoDatabase database;

    CollectionCreator(MongoDatabase database) {
        this.database = database;
    }

    /** The name under which a collection's documents are written. */
    static String storedName(CollectionMetadata metadata) {
        return metadata.isTimeseries() ? "system.buckets." + metadata.collection() : metadata.collection();
    }

    /** Creates what is missing, without indexes; replaces what is there when asked to. Views come last: {@link #createViews}. */
    void prepare(List<CollectionMetadata> collections, boolean drop) {
        Set<String> present = new HashSet<>();
        database.listCollectionNames().into(present);
        for (CollectionMetadata collection : collections) {
            String name = collection.collection();
            if (collection.isView() || name.startsWith("system.")) {
                continue;
            }
            if (drop && present.contains(name) && !SyncState.isNeverDropped(name)) {
                database.getCollection(name).drop();
                present.remove(name);
            }
            if (!present.contains(name)) {
                database.runCommand(command("create", name, collection.options()));
            }
        }
    }

    /** Creates the indexes; returns how many. What the server refuses is added to the problems. */
    int createIndexes(CollectionMetadata collection, List<String> problems) {
        List<BsonDocument> wanted = new ArrayList<>();
        for (BsonDocument index : collection.indexes()) {
            if (!index.getString("name", new BsonString("")).getValue().equals(ID_INDEX)
                    && !index.containsKey("clustered")) {
                wanted.add(specification(index, collection.options()));
            }
        }
        int created = 0;
        for (BsonDocument index : wanted) {
            try {
                database.runCommand(new BsonDocument("createIndexes", new BsonString(collection.collection()))
                        .append("indexes", new BsonArray(List.of(index)))
                        .append(
                                "ignoreUnknownIndexOptions",
                                BsonBoolean.TRUE)); // of servers of long ago, as mongorestore
                created++;
            } catch (MongoCommandException refused) {
                problems.add(
                        "index " + index.getString("name", new BsonString("?")).getValue() + " of "
                                + collection.collection() + ": " + refused.getErrorMessage());
            }
        }
        return created;
    }

    /** As mongorestore does it: the newest version, and a collation only where the dumped index had one. */
    private static BsonDocument specification(BsonDocument index, BsonDocument collectionOptions) {
        BsonDocument specification = index.clone();
        specification.remove("ns"); // dumps of old servers have it, new servers refuse it
        specification.remove("v");
        if (collectionOptions.containsKey("collation") && !index.containsKey("collation")) {
            // Without it the index would take the collection's collation over, which the dumped one did not have.
            specification.append("collation", new BsonDocument("locale", new BsonString("simple")));
        }
        return specification;
    }

    void createViews(List<CollectionMetadata> collections, boolean drop, List<String> problems) {
        Set<String> present = new HashSet<>();
        database.listCollectionNames().into(present);
        for (CollectionMetadata view : collections) {
            if (!view.isView() || (present.contains(view.collection()) && !drop)) {
                continue;
            }
            try {
                database.getCollection(view.collection()).drop();
                database.runCommand(command("create", view.collection(), view.options()));
            } catch (MongoCommandException refused) {
                problems.add("view " + view.collection() + ": " + refused.getErrorMessage());
            }
        }
    }

    private static BsonDocument command(String name, String collection, BsonDocument options) {
        BsonDocument command = new BsonDocument(name, new BsonString(collection));
        options.forEach((key, value) -> {
            if (!NOT_FOR_CREATE.contains(key)) {
                command.append(key, value);
            }
        });
        return command;
    }
}
