package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expression;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles filters. Any thread. */
public final class Filters {
    private final @Nullable Scope variables;
    private final Collation collation;

    private Filters(@Nullable Scope variables) {
        this.variables = variables;
        this.collation = Scope.collationOf(variables);
    }

    /**
     * Compiles a filter.
     *
     * @param variables what `$expr` may use besides the document, such as `NOW`, and the collation of the whole filter
     */
    public static Filter compile(Document query, @Nullable Scope variables) {
        return query.isEmpty() ? Filter.ALL : new Filters(variables).all(query);
    }

    private Filter all(Document query) {
        List<Filter> parts = new ArrayList<>();
        for (Map.Entry<String, Object> entry : query.entrySet()) {
            Filter part = entry.getKey().startsWith("$")
                    ? topLevel(entry.getKey(), entry.getValue())
                    : field(entry.getKey(), entry.getValue());
            parts.add(part);
        }
        return and(parts);
    }

    static Filter and(List<Filter> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Filter[] all = parts.toArray(Filter[]::new);
        return (document, details) -> {
            for (Filter part : all) {
                if (!part.test(document, details)) {
                    return false;
                }
            }
            return true;
        };
    }

    private Filter topLevel(String operator, @Nullable Object value) {
        return switch (operator) {
            case "$and" -> and(each(operator, value));
            case "$or" -> or(each(operator, value));
            case "$nor" -> {
                Filter any = or(each(operator, value));
                yield (document, details) -> !any.test(document, null);
            }
            case "$expr" -> expression(value);
            case "$comment" -> Filter.ALL;
            case "$alwaysTrue" -> Filter.ALL;
            case "$alwaysFalse" -> (document, details) -> false;
            case "$jsonSchema" -> JsonSchema.compile(value);
            case "$where", "$text" ->
                throw new ServerError(
                        ServerError.COMMAND_NOT_SUPPORTED, operator + " is not supported by this embedded server");
            default ->
                throw new ServerError(
                        ServerError.BAD_VALUE,
                        "unknown top level operator: " + operator
                                + ". If you have a field name that starts with a '$' symbol, consider using $getField or $setField.");
        };
    }

    private List<Filter> each(String operator, @Nullable Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw new ServerError(ServerError.BAD_VALUE, operator + " must be a nonempty array");
        }
        List<Filter> result = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Document document)) {
                throw new ServerError(ServerError.BAD_VALUE, operator + " entries need to be full objects");
            }
            result.add(document.isEmpty() ? Filter.ALL : all(document));
        }
        return result;
    }

    private static Filter or(List<Filter> parts) {
        return (document, details) -> {
            for (Filter part : parts) {
                if (part.test(document, details)) {
                    return true;
                }
            }
            return false;
        };
    }

    private Filter expression(@Nullable Object value) {
        refuseEqualityWithRoot(value);
        Expression expression = Expressions.compile(value);
        return (document, details) -> Values.truthy(expression.evaluate(Scope.of(variables, document)));
    }

    /**
     * Real servers rewrite `$eq` of a path and a constant into an index condition and fail on the path `$$ROOT`; `$cmp` and
     * `$in` are not rewritten.
     */
    private static void refuseEqualityWithRoot(@Nullable Object expression) {
        if (!(expression instanceof Document document) || document.size() != 1) {
            return;
        }
        Map.Entry<String, Object> only = document.entrySet().iterator().next();
        if (!(only.getValue() instanceof List<?> arguments)) {
            return;
        }
        if ("$and".equals(only.getKey())) {
            arguments.forEach(Filters::refuseEqualityWithRoot);
        } else if ("$eq".equals(only.getKey())
                && arguments.size() == 2
                && ((isRoot(arguments.get(0)) && isConstant(arguments.get(1)))
                        || (isRoot(arguments.get(1)) && isConstant(arguments.get(0))))) {
            throw new ServerError(
                    16409,
                    "Failed to optimize expression :: caused by :: Failed to optimize expression :: caused by :: FieldPath::tail() called on single element path");
        }
    }

    private static boolean isRoot(@Nullable Object value) {
        return "$$ROOT".equals(value) || "$$CURRENT".equals(value);
    }

    private static boolean isConstant(@Nullable Object value) {
        return value instanceof Document document
                ? document.containsKey("$literal") || document.keySet().stream().noneMatch(key -> key.startsWith("$"))
                : !(value instanceof String text) || !text.startsWith("$");
    }

    private Filter field(String name, @Nullable Object value) {
        String[] path = Values.split(name);
        if (value instanceof Document document && isOperators(document)) {
            return and(operators(path, document));
        }
        return leaf(path, true, Operators.equality(value, collation));
    }

    /** Whether a document is a set of operators rather than a value to compare with. */
    static boolean isOperators(Document document) {
        if (document.isEmpty()) {
            return false;
        }
        String first = document.keySet().iterator().next();
        return first.startsWith("$") && !first.equals("$ref") && !first.equals("$id") && !first.equals("$db");
    }

    static Filter leaf(String[] path, boolean expand, ValueTest test) {
        if (path.length == 1) {
            String only = path[0];
            return (document, details) -> {
                Object value = document.getOrDefault(only, Values.MISSING);
                return value instanceof List ? Paths.any(value, path, 1, expand, details, test) : test.test(value);
            };
        }
        return (document, details) -> Paths.any(document, path, 0, expand, details, test);
    }

    private List<Filter> operators(String[] path, Document operators) {
        List<Filter> parts = new ArrayList<>();
        for (Map.Entry<String, Object> entry : operators.entrySet()) {
            parts.add(operator(path, entry.getKey(), entry.getValue(), operators));
        }
        return parts;
    }

    private Filter operator(String[] path, String name, @Nullable Object value, Document siblings) {
        switch (name) {
            case "$ne" -> {
                return not(leaf(path, true, Operators.equality(value, collation)));
            }
            case "$nin" -> {
                return not(leaf(path, true, Operators.in(name, value, collation)));
            }
            case "$exists" -> {
                Filter exists = leaf(path, false, found -> found != Values.MISSING);
                return Values.truthy(value) ? exists : not(exists);
            }
            case "$not" -> {
                return not(negated(path, value));
            }
            case "$elemMatch" -> {
                return elementMatch(path, value);
            }
            case "$all" -> {
                return all(path, value);
            }
            case "$size" -> {
                long size = Operators.wholeNumber("$size", value);
                return leaf(path, false, found -> found instanceof List<?> list && list.size() == size);
            }
            case "$options" -> {
                if (!siblings.containsKey("$regex")) {
                    throw new ServerError(ServerError.BAD_VALUE, "$options needs a $regex");
                }
                return Filter.ALL;
            }
            case "$regex" -> {
                return leaf(path, true, Operators.regex(value, siblings.get("$options")));
            }
            case "$comment" -> {
                return Filter.ALL;
            }
            default -> {
                return leaf(path, true, Operators.compile(name, value, collation));
            }
        }
    }

    private static Filter not(Filter filter) {
        return (document, details) -> !filter.test(document, null);
    }

    private Filter negated(String[] path, @Nullable Object value) {
        if (value instanceof Document document && isOperators(document)) {
            return and(operators(path, document));
        } else if (value instanceof BsonRegularExpression) {
            return leaf(path, true, Operators.equality(value, collation));
        }
        throw new ServerError(ServerError.BAD_VALUE, "$not needs a regex or a document");
    }

    private Filter elementMatch(String[] path, @Nullable Object value) {
        ValueTest element = element(value);
        return (document, details) -> Paths.any(
                document,
                path,
                0,
                false,
                details,
                found -> found instanceof List<?> list && anyElement(list, element, details));
    }

    private static boolean anyElement(List<?> list, ValueTest element, @Nullable MatchDetails details) {
        for (int i = 0; i < list.size(); i++) {
            if (element.test(list.get(i))) {
                if (details != null) {
                    details.note(i);
                }
                return true;
            }
        }
        return false;
    }

    private ValueTest element(@Nullable Object value) {
        if (!(value instanceof Document document)) {
            throw new ServerError(ServerError.BAD_VALUE, "$elemMatch needs an Object");
        }
        boolean values = isOperators(document)
                && !document.containsKey("$and")
                && !document.containsKey("$or")
                && !document.containsKey("$nor")
                && !document.containsKey("$expr");
        if (values) {
            Filter filter = and(operators(new String[] {"v"}, document));
            return found -> filter.test(new Document("v", found), null);
        }
        Filter filter = document.isEmpty() ? Filter.ALL : all(document);
        return found -> {
            if (found instanceof Document candidate) {
                return filter.test(candidate, null);
            } else if (found instanceof List<?> list) {
                Document byIndex = new Document();
                for (int i = 0; i < list.size(); i++) {
                    byIndex.put(Integer.toString(i), list.get(i));
                }
                return filter.test(byIndex, null);
            }
            return false;
        };
    }

    private Filter all(String[] path, @Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw new ServerError(ServerError.BAD_VALUE, "$all needs an array");
        }
        if (list.isEmpty()) {
            return (document, details) -> false;
        }
        List<Filter> parts = new ArrayList<>();
        for (Object element : list) {
            if (element instanceof Document document && document.containsKey("$elemMatch")) {
                parts.add(elementMatch(path, document.get("$elemMatch")));
            } else {
                parts.add(leaf(path, true, Operators.equality(element, collation)));
            }
        }
        return and(parts);
    }

    /** A filter over single values, for `$pull` and array filters. */
    public static ValueTest valueTest(@Nullable Object condition, @Nullable Scope variables) {
        if (condition instanceof Document document) {
            if (isOperators(document)) {
                Filter filter = and(new Filters(variables).operators(new String[] {"v"}, document));
                return value -> filter.test(new Document("v", value), null);
            }
            Filter filter = compile(document, variables);
            return value -> value instanceof Document candidate && filter.test(candidate, null);
        }
        return Operators.equality(condition, Scope.collationOf(variables));
    }

    /** Passes every value at a path on, with arrays taken apart; an empty or missing place passes nothing but missing. */
    public static void collect(Document document, String path, java.util.function.Consumer<@Nullable Object> values) {
        Paths.any(document, Values.split(path), 0, true, null, value -> {
            if (!(value instanceof List)) {
                values.accept(value);
            }
            return false;
        });
    }
}
