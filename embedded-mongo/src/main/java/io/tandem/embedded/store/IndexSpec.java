package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The description of an index, as `listIndexes` returns it. Immutable. */
public record IndexSpec(String name, Document key, Document definition) {
    private static final Set<String> OPTIONS = Set.of(
            "v",
            "key",
            "name",
            "unique",
            "sparse",
            "partialFilterExpression",
            "expireAfterSeconds",
            "background",
            "hidden",
            "collation",
            "ns",
            "clustered");

    /** Checks a specification from `createIndexes`. */
    public static IndexSpec parse(Document specification) {
        if (!(specification.get("key") instanceof Document key) || key.isEmpty()) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE, "The 'key' field is a required property of an index specification");
        }
        if (!(specification.get("name") instanceof String name)) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE, "The 'name' field is a required property of an index specification");
        }
        for (String option : specification.keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new ServerError(
                        197,
                        "The field '" + option + "' is not valid for an index specification. Specification: index "
                                + name);
            }
        }
        for (Map.Entry<String, Object> field : key.entrySet()) {
            requireSupported(field);
        }
        Document definition = new Document("v", 2).append("key", key).append("name", name);
        specification.forEach((option, value) -> {
            if (!Set.of("v", "key", "name", "background", "ns", "collation").contains(option)) {
                definition.put(option, value);
            }
        });
        Collation collation = Collation.given(specification.get("collation"));
        if (collation != null) {
            definition.put(
                    "collation", collation.isSimple() ? new Document("locale", "simple") : collation.specification());
        }
        return new IndexSpec(name, key, definition);
    }

    private static void requireSupported(Map.Entry<String, Object> field) {
        boolean direction = field.getValue() instanceof Number number && number.doubleValue() != 0;
        if (field.getKey().contains("$**") || (!direction && !"hashed".equals(field.getValue()))) {
            throw new ServerError(
                    67,
                    "Index type " + field.getValue() + " of field " + field.getKey()
                            + " is not supported by this embedded server; supported are 1, -1 and hashed");
        }
    }

    /** Whether both name the same fields in the same order and direction, whatever the numeric type of the direction. */
    boolean sameKey(IndexSpec other) {
        return BsonOrder.equal(key, other.key);
    }

    /** Whether both are the same index but for their names and collations. */
    boolean sameOptions(IndexSpec other) {
        return BsonOrder.equal(options(), other.options());
    }

    private Document options() {
        Document options = new Document();
        definition.keySet().stream()
                .filter(option -> !Set.of("v", "key", "name", "collation").contains(option))
                .sorted()
                .forEach(option -> options.put(option, definition.get(option)));
        return options;
    }

    /** 1 when documents sorted by these fields have the order of the index, -1 when they have it backwards, else 0. */
    public int directionOf(Document sort) {
        int direction = 0;
        Iterator<Map.Entry<String, Object>> fields = key.entrySet().iterator();
        for (Map.Entry<String, Object> asked : sort.entrySet()) {
            Map.Entry<String, Object> field = fields.hasNext() ? fields.next() : Map.entry("", "");
            if (!field.getKey().equals(asked.getKey())
                    || !(field.getValue() instanceof Number mine)
                    || !(asked.getValue() instanceof Number wanted)) {
                return 0;
            }
            int here = mine.doubleValue() < 0 == wanted.doubleValue() < 0 ? 1 : -1;
            if (direction != 0 && direction != here) {
                return 0;
            }
            direction = here;
        }
        return direction;
    }

    /** Whether the entries are in the order of the first field's values. */
    boolean isAscending() {
        return key.values().iterator().next() instanceof Number number && number.doubleValue() > 0;
    }

    public boolean unique() {
        return Values.truthy(definition.get("unique"));
    }

    public boolean sparse() {
        return Values.truthy(definition.get("sparse"));
    }

    public @Nullable Document partialFilter() {
        return definition.get("partialFilterExpression") instanceof Document filter ? filter : null;
    }

    /** Seconds after which documents expire, or null. */
    public @Nullable Long expireAfterSeconds() {
        return definition.get("expireAfterSeconds") instanceof Number number ? number.longValue() : null;
    }
}
