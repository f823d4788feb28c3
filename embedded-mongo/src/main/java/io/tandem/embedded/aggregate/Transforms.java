package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expression;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The stages that make one document out of one document; also used by updates and change streams. Any thread. */
public final class Transforms {
    /** A computed field and its place. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Field(String[] path, Expression value) {}

    private Transforms() {}

    /** The stage as a function, or null when the stage is of another kind. */
    public static @Nullable UnaryOperator<Document> compile(
            String stage, @Nullable Object argument, @Nullable Scope variables) {
        return switch (stage) {
            case "$project" -> Projection.compile(document(stage, 15969, argument), false, variables);
            case "$addFields", "$set" -> addFields(document(stage, 40272, argument), variables);
            case "$unset" -> unset(argument, variables);
            case "$replaceRoot" -> {
                Document specification = document(stage, 40229, argument);
                if (!specification.containsKey("newRoot")) {
                    throw new ServerError(40231, "no newRoot specified for the $replaceRoot stage");
                }
                yield replaceRoot(specification.get("newRoot"), variables);
            }
            case "$replaceWith" -> replaceRoot(argument, variables);
            default -> null;
        };
    }

    static Document document(String stage, int code, @Nullable Object argument) {
        if (argument instanceof Document document) {
            return document;
        }
        throw new ServerError(code, stage + " specification stage must be an object, got " + BsonTypes.name(argument));
    }

    private static UnaryOperator<Document> addFields(Document specification, @Nullable Scope variables) {
        List<Field> fields = new ArrayList<>();
        flatten("", specification, fields);
        return document -> {
            Scope scope = Scope.of(variables, document);
            Document result = document.clone();
            fields.forEach(field -> put(result, field.path, 0, field.value.evaluate(scope)));
            return result;
        };
    }

    private static void flatten(String prefix, Document specification, List<Field> fields) {
        specification.forEach((name, value) -> {
            String path = prefix + name;
            if (value instanceof Document inner
                    && !inner.isEmpty()
                    && !inner.keySet().iterator().next().startsWith("$")) {
                flatten(path + ".", inner, fields);
            } else {
                fields.add(new Field(Values.split(path), Expressions.compile(value)));
            }
        });
    }

    private static void put(Document target, String[] path, int from, @Nullable Object value) {
        String name = path[from];
        if (from == path.length - 1) {
            if (value == Values.MISSING) {
                target.remove(name);
            } else {
                target.put(name, value);
            }
            return;
        }
        Object existing = target.get(name);
        if (existing instanceof List<?> list) {
            target.put(
                    name,
                    list.stream()
                            .map(element -> below(element, path, from + 1, value))
                            .toList());
        } else if (existing instanceof Document || value != Values.MISSING) {
            target.put(name, below(existing, path, from + 1, value));
        }
    }

    private static Document below(@Nullable Object element, String[] path, int from, @Nullable Object value) {
        Document inner = element instanceof Document document ? document.clone() : new Document();
        put(inner, path, from, value);
        return inner;
    }

    private static UnaryOperator<Document> unset(@Nullable Object argument, @Nullable Scope variables) {
        List<Object> names = new ArrayList<>();
        if (argument instanceof List<?> list) {
            names.addAll(list);
        } else {
            names.add(String.valueOf(argument));
        }
        Document specification = new Document();
        for (Object name : names) {
            if (!(name instanceof String text)) {
                throw new ServerError(
                        31120, "$unset specification must be a string or an array containing only string values");
            }
            specification.put(text, 0);
        }
        if (specification.isEmpty()) {
            throw new ServerError(31119, "$unset specification must be a string or an array with at least one field");
        }
        return Projection.compile(specification, false, variables);
    }

    private static UnaryOperator<Document> replaceRoot(@Nullable Object newRoot, @Nullable Scope variables) {
        Expression expression = Expressions.compile(newRoot);
        return document -> {
            Object result = expression.evaluate(Scope.of(variables, document));
            if (result instanceof Document replaced) {
                return replaced;
            }
            throw new ServerError(
                    40228,
                    "'newRoot' expression must evaluate to an object, but the resulting value was of type "
                            + BsonTypes.name(result));
        };
    }
}
