package io.tandem.engine.mongo;

import com.mongodb.client.MongoDatabase;
import io.tandem.engine.model.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Gives a collection that is new on one side the indexes that it has on the other. A side counts as new while it has none but
 * the one on {@code _id}. Called only after the data was compared, so that unique indexes are built over what is there.
 * Thread-safe, blocking.
 */
public final class IndexCopier {
    private static final Set<String> SERVERS_OWN = Set.of("v", "ns", "background");

    private final Link local;
    private final Link hub;

    IndexCopier(Link local, Link hub) {
        this.local = local;
        this.hub = hub;
    }

    /** Copies what is missing; {@code copied} hears the side and the name of every index made. */
    public void copy(String collection, BiConsumer<Side, String> copied) {
        Map<String, BsonDocument> here = list(local, collection);
        Map<String, BsonDocument> there = list(hub, collection);
        if (here.isEmpty() && !there.isEmpty()) {
            create(local, collection, there, copied);
        } else if (there.isEmpty() && !here.isEmpty()) {
            create(hub, collection, here, copied);
        }
    }

    /** By name, without the one on {@code _id}. */
    private static Map<String, BsonDocument> list(Link side, String collection) {
        return side.call("list the indexes of " + collection, database -> {
            Map<String, BsonDocument> indexes = new TreeMap<>();
            database.getCollection(collection)
                    .listIndexes(BsonDocument.class)
                    .forEach(index -> indexes.put(index.getString("name").getValue(), index));
            indexes.remove("_id_");
            return indexes;
        });
    }

    private static void create(
            Link side, String collection, Map<String, BsonDocument> indexes, BiConsumer<Side, String> copied) {
        List<BsonValue> specifications = new ArrayList<>();
        indexes.values().forEach(index -> {
            BsonDocument specification = new BsonDocument();
            index.forEach((field, value) -> {
                if (!SERVERS_OWN.contains(field)) {
                    specification.append(field, value);
                }
            });
            specifications.add(specification);
        });
        side.call(
                "create the indexes of " + collection,
                (MongoDatabase database) ->
                        database.runCommand(new BsonDocument("createIndexes", new BsonString(collection))
                                .append("indexes", new BsonArray(specifications))));
        indexes.keySet().forEach(name -> copied.accept(side.side(), name));
    }
}
