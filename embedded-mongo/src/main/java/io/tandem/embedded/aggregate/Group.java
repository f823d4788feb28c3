package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expression;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** `$group` and what is made of it. */
final class Group {
    /** One computed field of a group. */
    private record Field(Expression input, Function<Collation, Accumulator> start) {}

    /** One group under construction. */
    private static final class Members {
        final @Nullable Object id;
        final Map<String, Accumulator> fields = new LinkedHashMap<>();

        Members(@Nullable Object id) {
            this.id = id;
        }
    }

    private Group() {}

    static Stage compile(Document specification, @Nullable Scope variables) {
        if (!specification.containsKey("_id")) {
            throw new ServerError(15955, "a group specification must include an _id");
        }
        Expression id = Expressions.compile(specification.get("_id"));
        Map<String, Field> fields = new LinkedHashMap<>();
        specification.forEach((name, value) -> {
            if (!name.equals("_id")) {
                fields.put(name, field(name, value));
            }
        });
        Collation collation = Scope.collationOf(variables);
        return documents -> {
            Map<KeyString, Members> groups = new LinkedHashMap<>();
            documents.forEach(document -> {
                Scope scope = Scope.of(variables, document);
                Object evaluated = id.evaluate(scope);
                Object key = evaluated == Values.MISSING ? null : evaluated;
                Members members =
                        groups.computeIfAbsent(KeyString.of(key, collation), any -> start(key, fields, collation));
                fields.forEach((name, field) -> java.util.Objects.requireNonNull(members.fields.get(name))
                        .add(field.input.evaluate(scope)));
            });
            return groups.values().stream().map(Group::finish);
        };
    }

    private static Members start(@Nullable Object id, Map<String, Field> fields, Collation collation) {
        Members members = new Members(id);
        fields.forEach((name, field) -> members.fields.put(name, field.start.apply(collation)));
        return members;
    }

    private static Document finish(Members members) {
        Document result = new Document("_id", members.id);
        members.fields.forEach((name, accumulator) -> {
            Object value = accumulator.result();
            result.put(name, value == Values.MISSING ? null : value);
        });
        return result;
    }

    private static Field field(String name, @Nullable Object value) {
        if (!(value instanceof Document accumulator)
                || accumulator.size() != 1
                || !accumulator.keySet().iterator().next().startsWith("$")) {
            throw new ServerError(40234, "The field '" + name + "' must be an accumulator object");
        }
        String operator = accumulator.keySet().iterator().next();
        Expression input = Expressions.compile(operator.equals("$count") ? 1 : accumulator.get(operator));
        return new Field(input, Accumulator.named(operator));
    }

    /** The accumulators of an `output` specification, for stages that group in their own way. */
    static Stream<Document> over(
            Document output, @Nullable Object id, Stream<Document> members, @Nullable Scope variables) {
        Map<String, Field> fields = new LinkedHashMap<>();
        output.forEach((name, value) -> fields.put(name, field(name, value)));
        Members group = start(id, fields, Scope.collationOf(variables));
        members.forEach(document -> {
            Scope scope = Scope.of(variables, document);
            fields.forEach((name, field) ->
                    java.util.Objects.requireNonNull(group.fields.get(name)).add(field.input.evaluate(scope)));
        });
        return Stream.of(finish(group));
    }

    static Stage count(@Nullable Object argument, @Nullable Scope variables) {
        if (!(argument instanceof String name) || name.isEmpty() || name.startsWith("$") || name.contains(".")) {
            throw new ServerError(40156, "the count field must be a non-empty string");
        }
        Stage group = compile(new Document("_id", null).append(name, new Document("$sum", 1)), variables);
        return documents -> group.apply(documents).map(document -> {
            document.remove("_id");
            return document;
        });
    }
}
