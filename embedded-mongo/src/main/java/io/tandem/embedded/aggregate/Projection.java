package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.bson.RawFields;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expression;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.ValueTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A compiled projection. Any thread. Included fields keep the order of the document; computed fields follow in the order of the
 * specification.
 */
public final class Projection implements UnaryOperator<Document> {
    /** What an inclusion that computes nothing looks at besides the fields. */
    private static final Scope NOTHING = Scope.of(Collation.SIMPLE);

    private final Node root;
    private final boolean exclusion;
    private final @Nullable Scope variables;

    private Projection(Node root, boolean exclusion, @Nullable Scope variables) {
        this.root = root;
        this.exclusion = exclusion;
        this.variables = variables;
    }

    /** What happens to one field: exactly one of the parts is set, or none for a plain inclusion or exclusion. */
    private static final class Node {
        final Map<String, Node> children = new LinkedHashMap<>();

        @Nullable
        Expression computed;

        @Nullable
        UnaryOperator<@Nullable Object> change;

        boolean named;

        /** Whether anything here or below is computed; known once all is parsed. */
        boolean computing;

        boolean isPlain() {
            return children.isEmpty() && computed == null && change == null;
        }

        boolean finish() {
            computing = computed != null;
            for (Node child : children.values()) {
                computing |= child.finish();
            }
            return computing;
        }
    }

    /**
     * Compiles the specification of `$project` or of find's `projection`.
     *
     * @param find whether `$slice` and `$elemMatch` mean the operators of find
     */
    public static Projection compile(Document specification, boolean find, @Nullable Scope variables) {
        if (specification.isEmpty()) {
            throw new ServerError(
                    51272, "Invalid $project :: caused by :: projection specification must have at least one field");
        }
        Parser parser = new Parser(find, variables);
        Node root = new Node();
        Object id = specification.get("_id");
        specification.forEach((name, value) -> {
            if (!"_id".equals(name) || !isFlag(value)) {
                parser.add(root, name, value);
            }
        });
        boolean keepId = !specification.containsKey("_id") || !isFlag(id) || Values.truthy(id);
        boolean onlyId = specification.size() == 1 && specification.containsKey("_id") && isFlag(id);
        boolean exclusion = onlyId ? !keepId : (parser.excluded && !parser.included) || parser.nothingSaid();
        if (parser.nothingSaid() && keepId && specification.containsKey("_id") && isFlag(id)) {
            exclusion = false;
        }
        if (!exclusion && keepId && !root.children.containsKey("_id")) {
            Node node = new Node();
            node.named = true;
            root.children.put("_id", node);
        } else if (exclusion && !keepId) {
            Node node = new Node();
            node.named = true;
            root.children.put("_id", node);
        }
        root.finish();
        return new Projection(root, exclusion, variables);
    }

    private static boolean isFlag(@Nullable Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    /** Whether it only looks at what it keeps, so that the rest, and documents within, may be undecoded. */
    public boolean takesRaw() {
        return !exclusion && !root.computing;
    }

    /** The same for a document in bytes. */
    public Document apply(byte[] document) {
        return takesRaw() ? includeRaw(root, new RawFields(document)) : apply(BsonDecoder.decode(document));
    }

    private Document includeRaw(Node node, RawFields fields) {
        Document result = new Document();
        while (fields.next()) {
            Node child = node.children.get(fields.name());
            if (child != null) {
                boolean inside =
                        fields.type() == BsonTypes.DOCUMENT && child.change == null && !child.children.isEmpty();
                Object kept = inside ? includeRaw(child, fields.inner()) : includeValue(child, fields.value(), NOTHING);
                if (kept != Values.MISSING) {
                    result.put(fields.name(), kept);
                }
            }
        }
        return result;
    }

    @Override
    public Document apply(Document document) {
        Scope scope = Scope.of(variables, document);
        return exclusion ? exclude(root, document, scope) : include(root, document, scope);
    }

    private Document include(Node node, Document document, Scope scope) {
        Document result = new Document();
        document.forEach((name, value) -> {
            Node child = node.children.get(name);
            if (child != null && child.computed == null) {
                Object kept = includeValue(child, value, scope);
                if (kept != Values.MISSING) {
                    result.put(name, kept);
                }
            }
        });
        if (node.computing) {
            compute(node, result, scope);
        }
        return result;
    }

    private @Nullable Object includeValue(Node child, @Nullable Object value, Scope scope) {
        if (child.change != null) {
            return child.change.apply(value instanceof RawBson raw ? BsonDecoder.decode(raw.bytes()) : value);
        } else if (child.children.isEmpty()) {
            return value;
        } else if (value instanceof RawBson raw) {
            return includeRaw(child, new RawFields(raw.bytes()));
        } else if (value instanceof Document inner) {
            return include(child, inner, scope);
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> result = new ArrayList<>();
            for (Object element : list) {
                Object kept = element instanceof Document || element instanceof List
                        ? includeValue(child, element, scope)
                        : Values.MISSING;
                if (kept != Values.MISSING) {
                    result.add(kept);
                }
            }
            return result;
        }
        return Values.MISSING;
    }

    /** Adds computed fields, also those below fields that the document does not have. */
    private static void compute(Node node, Document result, Scope scope) {
        node.children.forEach((name, child) -> {
            if (child.computed != null) {
                Object value = child.computed.evaluate(scope);
                if (value == Values.MISSING) {
                    result.remove(name);
                } else {
                    result.put(name, value);
                }
            } else if (child.computing && !(result.get(name) instanceof List)) {
                Document inner = result.get(name) instanceof Document existing ? existing : new Document();
                compute(child, inner, scope);
                if (!inner.isEmpty() || result.containsKey(name)) {
                    result.put(name, inner);
                }
            }
        });
    }

    private Document exclude(Node node, Document document, Scope scope) {
        Document result = new Document();
        document.forEach((name, value) -> {
            Node child = node.children.get(name);
            if (child == null) {
                result.put(name, value);
            } else if (child.change != null) {
                result.put(name, child.change.apply(value));
            } else if (!child.isPlain()) {
                result.put(name, excludeValue(child, value, scope));
            }
        });
        return result;
    }

    private @Nullable Object excludeValue(Node child, @Nullable Object value, Scope scope) {
        if (value instanceof Document inner) {
            return exclude(child, inner, scope);
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> result = new ArrayList<>();
            for (Object element : list) {
                result.add(excludeValue(child, element, scope));
            }
            return result;
        }
        return value;
    }

    private static final class Parser {
        private final boolean find;
        private final @Nullable Scope variables;
        boolean included;
        boolean excluded;

        Parser(boolean find, @Nullable Scope variables) {
            this.find = find;
            this.variables = variables;
        }

        boolean nothingSaid() {
            return !included && !excluded;
        }

        void add(Node parent, String path, @Nullable Object value) {
            String[] parts = Values.split(path);
            Node node = parent;
            for (String part : parts) {
                if (part.isEmpty() || part.startsWith("$")) {
                    throw new ServerError(
                            part.isEmpty() ? 40353 : 16410,
                            "Invalid $project :: caused by :: FieldPath field names may not start with '$' or be empty");
                }
                if (node != parent && node.named && node.isPlain()) {
                    throw collision(path);
                }
                node = node.children.computeIfAbsent(part, name -> new Node());
            }
            if (node.named || !node.children.isEmpty()) {
                throw collision(path);
            }
            node.named = true;
            set(node, path, value);
        }

        private static ServerError collision(String path) {
            return new ServerError(31249, "Invalid $project :: caused by :: Path collision at " + path);
        }

        private void set(Node node, String path, @Nullable Object value) {
            if (isFlag(value)) {
                flag(path, Values.truthy(value));
            } else if (find && value instanceof Document document && document.containsKey("$slice")) {
                node.change = slice(document.get("$slice"));
            } else if (find && value instanceof Document document && document.containsKey("$elemMatch")) {
                included = true;
                node.change = elementMatch(document.get("$elemMatch"));
            } else if (value instanceof Document document
                    && !document.isEmpty()
                    && document.keySet().stream().noneMatch(name -> name.startsWith("$"))) {
                node.named = false;
                document.forEach((name, inner) -> add(node, name, inner));
            } else {
                included = true;
                node.computed = Expressions.compile(value);
            }
        }

        private void flag(String path, boolean include) {
            if (include ? excluded : included) {
                throw new ServerError(
                        include ? 31253 : 31254,
                        "Invalid $project :: caused by :: Cannot do "
                                + (include
                                        ? "inclusion on field " + path + " in exclusion projection"
                                        : "exclusion on field " + path + " in inclusion projection"));
            }
            included |= include;
            excluded |= !include;
        }

        private UnaryOperator<@Nullable Object> elementMatch(@Nullable Object condition) {
            ValueTest test = Filters.valueTest(condition, variables);
            return value -> value instanceof List<?> list
                    ? list.stream()
                            .filter(test)
                            .findFirst()
                            .<Object>map(List::of)
                            .orElse(Values.MISSING)
                    : Values.MISSING;
        }

        private static UnaryOperator<@Nullable Object> slice(@Nullable Object specification) {
            int skip;
            int limit;
            if (specification instanceof Number count) {
                skip = Math.min(count.intValue(), 0);
                limit = Math.abs(count.intValue());
            } else if (specification instanceof List<?> pair
                    && pair.size() == 2
                    && pair.get(0) instanceof Number first
                    && pair.get(1) instanceof Number second) {
                skip = first.intValue();
                limit = second.intValue();
            } else {
                throw new ServerError(28667, "Invalid $slice syntax");
            }
            return value -> {
                if (!(value instanceof List<?> list)) {
                    return value;
                }
                int from = skip < 0 ? Math.max(0, list.size() + skip) : Math.min(skip, list.size());
                return new ArrayList<>(list.subList(from, Math.min(list.size(), from + limit)));
            };
        }
    }
}
