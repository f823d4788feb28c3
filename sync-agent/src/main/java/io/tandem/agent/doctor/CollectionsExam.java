package io.tandem.agent.doctor;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Compares what both sides say about their collections. One thread. */
final class CollectionsExam {

    private static final String BOTH = "both";
    private static final int NAMED_MAX = 5;

    /** A collection on one side. */
    record Shape(String type, BsonDocument options, Set<String> uniqueIndexes) {
        boolean isPlain() {
            return type.equals("collection")
                    && !options.getBoolean("capped", BsonBoolean.FALSE).getValue();
        }
    }

    private CollectionsExam() {}

    static List<Finding> compare(MongoDatabase local, MongoDatabase hub) {
        List<Finding> findings = new ArrayList<>();
        try {
            Map<String, Shape> localShapes = shapes(local);
            Map<String, Shape> hubShapes = shapes(hub);
            findings.add(Finding.ok(
                    BOTH,
                    "collections",
                    localShapes.size() + " collections on the device, " + hubShapes.size() + " on the hub"));
            special(localShapes, "local", findings);
            special(hubShapes, "atlas", findings);
            validators(localShapes, hubShapes, findings);
            uniqueIndexes(localShapes, hubShapes, findings);
            collations(localShapes, hubShapes, findings);
        } catch (MongoException failed) {
            findings.add(Finding.warning(
                    BOTH,
                    "collections",
                    "could not be compared: " + Refusals.shortened(failed),
                    "Grant the users listCollections and listIndexes (the role readWrite contains both)."));
        }
        return findings;
    }

    private static Map<String, Shape> shapes(MongoDatabase database) {
        Map<String, Shape> shapes = new TreeMap<>();
        for (BsonDocument listed : database.listCollections(BsonDocument.class)) {
            String name = listed.getString("name").getValue();
            if (!name.startsWith("system.") && !name.startsWith("_sync_") && !name.startsWith("_tandem_")) {
                String type =
                        listed.getString("type", new BsonString("collection")).getValue();
                BsonDocument options = listed.getDocument("options", new BsonDocument());
                shapes.put(
                        name, new Shape(type, options, type.equals("collection") ? unique(database, name) : Set.of()));
            }
        }
        return shapes;
    }

    private static Set<String> unique(MongoDatabase database, String collection) {
        Set<String> unique = new TreeSet<>();
        for (BsonDocument index : database.getCollection(collection).listIndexes(BsonDocument.class)) {
            if (index.getBoolean("unique", BsonBoolean.FALSE).getValue()) {
                unique.add(rule(index));
            }
        }
        return unique;
    }

    /** What it forbids: an index over some documents only, or one that compares differently, is another rule. */
    private static String rule(BsonDocument index) {
        BsonDocument rule = new BsonDocument("key", index.getDocument("key"));
        for (String option : List.of("partialFilterExpression", "sparse", "collation")) {
            BsonValue value = index.get(option);
            if (value != null && !value.equals(BsonBoolean.FALSE)) {
                rule.append(option, value);
            }
        }
        return rule.toJson();
    }

    static void special(Map<String, Shape> shapes, String side, List<Finding> findings) {
        List<String> names = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            if (!shape.isPlain()) {
                names.add(name + " (" + (shape.type().equals("collection") ? "capped" : shape.type()) + ")");
            }
        });
        if (!names.isEmpty()) {
            findings.add(
                    Finding.info(
                            side,
                            "special-collections",
                            "not synced: " + shown(names),
                            "Views, time series and capped collections are left alone. Convert one to a plain collection if it has to sync."));
        }
    }

    private static void validators(Map<String, Shape> local, Map<String, Shape> hub, List<Finding> findings) {
        List<String> differing = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (String name : names(local, hub)) {
            BsonDocument here = validator(local.get(name));
            BsonDocument there = validator(hub.get(name));
            if (!here.equals(there)) {
                differing.add(name);
            } else if (!here.isEmpty()) {
                equal.add(name);
            }
        }
        if (!differing.isEmpty()) {
            findings.add(Finding.warning(
                    BOTH,
                    "validators",
                    "validators differ between the sides for " + shown(differing),
                    "Make them equal (collMod): what one side accepts and the other refuses goes to the quarantine."));
        } else {
            findings.add(Finding.ok(
                    BOTH, "validators", equal.isEmpty() ? "no validators" : "equal on both sides: " + shown(equal)));
        }
    }

    private static BsonDocument validator(@org.jspecify.annotations.Nullable Shape shape) {
        return shape == null ? new BsonDocument() : shape.options().getDocument("validator", new BsonDocument());
    }

    private static void uniqueIndexes(Map<String, Shape> local, Map<String, Shape> hub, List<Finding> findings) {
        List<String> differing = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (String name : names(local, hub)) {
            Shape here = local.get(name);
            Shape there = hub.get(name);
            if (here != null && there != null && !here.uniqueIndexes().equals(there.uniqueIndexes())) {
                differing.add(name);
            } else if ((here != null && !here.uniqueIndexes().isEmpty())
                    || (there != null && !there.uniqueIndexes().isEmpty())) {
                equal.add(name);
            }
        }
        if (!differing.isEmpty()) {
            findings.add(
                    Finding.warning(
                            BOTH,
                            "unique-indexes",
                            "unique indexes differ between the sides for " + shown(differing),
                            "Create the missing ones or drop them on both sides: a value that one side accepts twice is refused by the other and goes to the quarantine."));
        }
        if (!equal.isEmpty()) {
            findings.add(Finding.info(
                    BOTH,
                    "unique-indexes",
                    "unique indexes on " + shown(equal),
                    "Two devices that use the same value while offline collide: the later one waits in the quarantine. Values with the device's name in them"
                            + " cannot."));
        }
        if (differing.isEmpty() && equal.isEmpty()) {
            findings.add(Finding.ok(BOTH, "unique-indexes", "no unique indexes besides _id"));
        }
    }

    private static void collations(Map<String, Shape> local, Map<String, Shape> hub, List<Finding> findings) {
        List<String> differing = new ArrayList<>();
        for (String name : names(local, hub)) {
            Shape here = local.get(name);
            Shape there = hub.get(name);
            if (here != null
                    && there != null
                    && !here.options()
                            .getDocument("collation", new BsonDocument())
                            .equals(there.options().getDocument("collation", new BsonDocument()))) {
                differing.add(name);
            }
        }
        if (!differing.isEmpty()) {
            findings.add(
                    Finding.warning(
                            BOTH,
                            "collations",
                            "collations differ between the sides for " + shown(differing),
                            "Keys that are different on one side may be equal on the other. Create the collection again with the same collation."));
        }
    }

    private static Set<String> names(Map<String, Shape> local, Map<String, Shape> hub) {
        Set<String> names = new TreeSet<>(local.keySet());
        names.addAll(hub.keySet());
        return names;
    }

    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED_MAX, names.size())));
        return names.size() > NAMED_MAX ? first + " and " + (names.size() - NAMED_MAX) + " more" : first;
    }
}
