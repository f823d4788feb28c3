package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Operators that the library evaluates: its arguments are evaluated here first and handed over as constants. */
final class LibraryExpression {
    private static final Set<String> KNOWN = Arrays.stream(de.bwaldvogel.mongo.backend.aggregation.Expression.values())
            .map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    /** Those that compare values in the library's own way, which knows no collation. */
    private static final Set<String> COMPARING = Set.of(
            "$setDifference",
            "$setEquals",
            "$setIntersection",
            "$setIsSubset",
            "$setUnion",
            "$allElementsTrue",
            "$indexOfArray");

    private LibraryExpression() {}

    static Expression compile(String name, @Nullable Object argument) {
        if (!KNOWN.contains(name)) {
            throw new ServerError(168, "Unrecognized expression '" + name + "'");
        }
        if (argument instanceof Document document
                && document.keySet().stream().noneMatch(field -> field.startsWith("$"))) {
            return named(name, document);
        }
        List<Expression> arguments = Expressions.arguments(argument);
        return scope -> {
            if (COMPARING.contains(name) && !scope.collation().isSimple()) {
                throw new ServerError(
                        ServerError.COMMAND_NOT_SUPPORTED,
                        name + " under a collation is not supported by this embedded server");
            }
            List<Object> constants = new ArrayList<>(arguments.size());
            for (Expression each : arguments) {
                constants.add(constant(each.evaluate(scope)));
            }
            return evaluate(name, constants);
        };
    }

    private static Expression named(String name, Document arguments) {
        List<String> names = List.copyOf(arguments.keySet());
        List<Expression> values = names.stream()
                .map(each -> Expressions.compile(arguments.get(each)))
                .toList();
        return scope -> {
            Document constants = new Document();
            for (int i = 0; i < names.size(); i++) {
                constants.put(names.get(i), constant(values.get(i).evaluate(scope)));
            }
            return evaluate(name, constants);
        };
    }

    private static Object constant(@Nullable Object value) {
        return new Document("$literal", value == Values.MISSING ? null : value);
    }

    private static @Nullable Object evaluate(String name, Object arguments) {
        Object result = de.bwaldvogel.mongo.backend.aggregation.Expression.evaluateDocument(
                new Document(name, arguments), new Document());
        return result instanceof java.util.Collection<?> && !(result instanceof List)
                ? new ArrayList<>((java.util.Collection<?>) result)
                : result;
    }
}
