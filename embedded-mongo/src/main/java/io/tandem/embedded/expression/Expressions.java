package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.error.ServerError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles expressions. Any thread. */
public final class Expressions {
    /** Builds one operator from its still uncompiled argument. */
    @FunctionalInterface
    interface Compiler {
        Expression compile(@Nullable Object argument);
    }

    private static final Map<String, Compiler> OPERATORS = new HashMap<>();

    static {
        comparison("$eq", order -> order == 0);
        comparison("$ne", order -> order != 0);
        comparison("$gt", order -> order > 0);
        comparison("$gte", order -> order >= 0);
        comparison("$lt", order -> order < 0);
        comparison("$lte", order -> order <= 0);
        OPERATORS.put("$cmp", argument -> {
            List<Expression> pair = exactly("$cmp", argument, 2);
            return scope -> Integer.signum(
                    BsonOrder.compare(pair.get(0).evaluate(scope), pair.get(1).evaluate(scope), scope.collation()));
        });
        OPERATORS.put("$literal", argument -> scope -> argument);
        OPERATORS.put("$const", argument -> scope -> argument);
        Conditionals.register(OPERATORS);
        Arithmetic.register(OPERATORS);
        Collections.register(OPERATORS);
        Objects.register(OPERATORS);
    }

    private Expressions() {}

    /** Compiles any value: operators, objects, arrays, paths, variables and constants. */
    public static Expression compile(@Nullable Object value) {
        if (value instanceof String text && text.startsWith("$")) {
            return text.startsWith("$$") ? variable(text.substring(2)) : path(text.substring(1));
        } else if (value instanceof Document document) {
            return document(document);
        } else if (value instanceof List<?> list) {
            List<Expression> elements = all(list);
            return scope -> {
                List<@Nullable Object> result = new ArrayList<>(elements.size());
                for (Expression element : elements) {
                    Object evaluated = element.evaluate(scope);
                    result.add(evaluated == Values.MISSING ? null : evaluated);
                }
                return result;
            };
        }
        return scope -> value;
    }

    private static Expression path(String path) {
        if (path.isEmpty() || path.startsWith(".") || path.endsWith(".")) {
            throw new ServerError(40353, "FieldPath must not end with a '.'.");
        }
        String[] parts = Values.split(path);
        for (String part : parts) {
            if (part.startsWith("$")) {
                throw new ServerError(16410, "FieldPath field names may not start with '$'.");
            }
        }
        return scope -> Values.path(scope.current(), parts, 0);
    }

    private static Expression variable(String text) {
        String[] parts = Values.split(text);
        String[] rest = Values.tail(parts);
        if ("REMOVE".equals(parts[0])) {
            return scope -> Values.MISSING;
        }
        return scope -> Values.path(scope.variable(parts[0]), rest, 0);
    }

    private static Expression document(Document document) {
        if (!document.isEmpty()) {
            String first = document.keySet().iterator().next();
            if (first.startsWith("$")) {
                if (document.size() != 1) {
                    throw new ServerError(
                            15983,
                            "Object expressions must have exactly one field when they name an operator, found " + first
                                    + " and " + (document.size() - 1) + " more");
                }
                return operator(first, document.get(first));
            }
        }
        Map<String, Expression> fields = new LinkedHashMap<>();
        document.forEach((name, field) -> {
            if (name.startsWith("$")) {
                throw new ServerError(16410, "FieldPath field names may not start with '$'.");
            }
            fields.put(name, compile(field));
        });
        return scope -> {
            Document result = new Document();
            fields.forEach((name, field) -> {
                Object evaluated = field.evaluate(scope);
                if (evaluated != Values.MISSING) {
                    result.put(name, evaluated);
                }
            });
            return result;
        };
    }

    private static Expression operator(String name, @Nullable Object argument) {
        Compiler own = OPERATORS.get(name);
        return own != null ? own.compile(argument) : LibraryExpression.compile(name, argument);
    }

    private static void comparison(String name, java.util.function.IntPredicate test) {
        OPERATORS.put(name, argument -> {
            List<Expression> pair = exactly(name, argument, 2);
            return scope -> test.test(
                    BsonOrder.compare(pair.get(0).evaluate(scope), pair.get(1).evaluate(scope), scope.collation()));
        });
    }

    static List<Expression> all(List<?> values) {
        List<Expression> result = new ArrayList<>(values.size());
        for (Object value : values) {
            result.add(compile(value));
        }
        return List.copyOf(result);
    }

    /** The arguments of an operator that takes any number of them. */
    static List<Expression> arguments(@Nullable Object argument) {
        return argument instanceof List<?> list ? all(list) : List.of(compile(argument));
    }

    static List<Expression> exactly(String name, @Nullable Object argument, int count) {
        List<Expression> result = arguments(argument);
        if (result.size() != count) {
            throw new ServerError(
                    16020,
                    "Expression " + name + " takes exactly " + count + " arguments. " + result.size()
                            + " were passed in.");
        }
        return result;
    }

    static Document object(String name, @Nullable Object argument) {
        if (argument instanceof Document document) {
            return document;
        }
        throw new ServerError(ServerError.FAILED_TO_PARSE, name + " only supports an object as its argument");
    }

    static Expression required(String name, Document document, String field) {
        if (!document.containsKey(field)) {
            throw new ServerError(ServerError.FAILED_TO_PARSE, "Missing '" + field + "' parameter to " + name);
        }
        return compile(document.get(field));
    }
}
