package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The equalities of a filter, which an upsert puts into the new document. */
final class UpsertSeed {
    private UpsertSeed() {}

    /**
     * Collects the equalities.
     *
     * @param idOnly whether only the `_id` is wanted, for replacements
     */
    static void collect(Document filter, Document seed, boolean idOnly) {
        filter.forEach((name, value) -> {
            if (name.equals("$and") && value instanceof List<?> parts) {
                parts.forEach(part -> {
                    if (part instanceof Document inner) {
                        collect(inner, seed, idOnly);
                    }
                });
            } else if (name.equals("$or") && value instanceof List<?> parts && parts.size() == 1) {
                if (parts.get(0) instanceof Document inner) {
                    collect(inner, seed, idOnly);
                }
            } else if (!name.startsWith("$") && (!idOnly || name.equals("_id"))) {
                equality(seed, name, value);
            }
        });
    }

    private static void equality(Document seed, String name, @Nullable Object value) {
        if (value instanceof BsonRegularExpression) {
            return;
        } else if (value instanceof Document document
                && !document.isEmpty()
                && document.keySet().iterator().next().startsWith("$")) {
            if (document.containsKey("$eq")) {
                put(seed, name, document.get("$eq"));
            } else if (document.get("$in") instanceof List<?> list && list.size() == 1) {
                put(seed, name, list.get(0));
            }
            return;
        }
        put(seed, name, value);
    }

    private static void put(Document seed, String path, @Nullable Object value) {
        String[] parts = Values.split(path);
        Document target = seed;
        for (int i = 0; i < parts.length - 1; i++) {
            Object next = target.computeIfAbsent(parts[i], part -> new Document());
            if (!(next instanceof Document inner)) {
                throw new ServerError(
                        54,
                        "cannot infer query fields to set, both paths '" + path + "' and '" + parts[i]
                                + "' are matched");
            }
            target = inner;
        }
        if (target.containsKey(parts[parts.length - 1])) {
            throw new ServerError(54, "cannot infer query fields to set, path '" + path + "' is matched twice");
        }
        target.put(parts[parts.length - 1], value);
    }
}
