package io.tandem.contract.server;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Compares two BSON values with types and field order, and says where they differ, one line per place. Pure. */
final class Differences {

    private final List<String> found = new ArrayList<>();

    private Differences() {}

    static List<String> between(BsonValue expected, BsonValue seen) {
        Differences differences = new Differences();
        differences.compare("", expected, seen);
        return List.copyOf(differences.found);
    }

    private void compare(String path, BsonValue expected, BsonValue seen) {
        if (expected.isDocument() && seen.isDocument()) {
            compareDocuments(path, expected.asDocument(), seen.asDocument());
        } else if (expected.isArray() && seen.isArray()) {
            compareArrays(path, expected.asArray(), seen.asArray());
        } else if (!expected.equals(seen)) {
            found.add(path + ": " + text(seen) + " instead of " + text(expected));
        }
    }

    private void compareDocuments(String path, BsonDocument expected, BsonDocument seen) {
        for (String field : expected.keySet()) {
            if (!seen.containsKey(field)) {
                found.add(join(path, field) + ": missing, instead of " + text(expected.get(field)));
            } else {
                compare(join(path, field), expected.get(field), seen.get(field));
            }
        }
        for (String field : seen.keySet()) {
            if (!expected.containsKey(field)) {
                found.add(join(path, field) + ": " + text(seen.get(field)) + " instead of nothing");
            }
        }
        List<String> expectedOrder =
                expected.keySet().stream().filter(seen::containsKey).toList();
        List<String> seenOrder =
                seen.keySet().stream().filter(expected::containsKey).toList();
        if (!expectedOrder.equals(seenOrder)) {
            found.add(path + ": fields in the order " + seenOrder + " instead of " + expectedOrder);
        }
    }

    private void compareArrays(String path, BsonArray expected, BsonArray seen) {
        if (expected.size() != seen.size()) {
            found.add(path + ": " + seen.size() + " elements instead of " + expected.size() + ": " + text(seen));
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            compare(path + "[" + i + "]", expected.get(i), seen.get(i));
        }
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private static String text(BsonValue value) {
        String inDocument = new BsonDocument("", value)
                .toJson(org.bson.json.JsonWriterSettings.builder()
                        .outputMode(org.bson.json.JsonMode.EXTENDED)
                        .build());
        return inDocument.substring("{\"\": ".length(), inDocument.length() - 1);
    }
}
