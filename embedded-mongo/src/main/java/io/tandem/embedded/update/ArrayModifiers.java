package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.DocumentOrder;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.ValueTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators on arrays. Any thread. */
final class ArrayModifiers {
    private static final Set<String> PUSH_CLAUSES = Set.of("$each", "$position", "$slice", "$sort");

    private ArrayModifiers() {}

    static @Nullable Modifier compile(
            String operator, String path, @Nullable Object operand, @Nullable Scope variables) {
        Collation collation = Scope.collationOf(variables);
        return switch (operator) {
            case "$push" -> push(operand, collation);
            case "$addToSet" -> addToSet(operand, collation);
            case "$pop" -> pop(path, operand);
            case "$pull" -> {
                ValueTest test = Filters.valueTest(operand, variables);
                yield pull(operator, test);
            }
            case "$pullAll" -> {
                if (!(operand instanceof List<?> values)) {
                    throw new ServerError(
                            ServerError.BAD_VALUE,
                            "$pullAll requires an array argument but was given a " + BsonTypes.name(operand));
                }
                yield pull(
                        operator, value -> values.stream().anyMatch(each -> BsonOrder.equal(each, value, collation)));
            }
            default -> null;
        };
    }

    private static List<?> list(String operator, Change change) {
        Object value = change.value();
        if (value == Values.MISSING) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new ServerError(
                ServerError.BAD_VALUE,
                "The field '" + change.path().text() + "' must be an array but is of type " + BsonTypes.name(value)
                        + " in document for " + operator);
    }

    private static Modifier push(@Nullable Object operand, Collation collation) {
        if (!(operand instanceof Document clauses) || !clauses.containsKey("$each")) {
            return change -> append(change, java.util.Collections.singletonList(operand));
        }
        if (!(clauses.get("$each") instanceof List<?> each)) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "The argument to $each in $push must be an array but it was of type: "
                            + BsonTypes.name(clauses.get("$each")));
        }
        for (String clause : clauses.keySet()) {
            if (!PUSH_CLAUSES.contains(clause)) {
                throw new ServerError(ServerError.BAD_VALUE, "Unrecognized clause in $push: " + clause);
            }
        }
        if (clauses.size() == 1) {
            return change -> append(change, each);
        }
        Comparator<@Nullable Object> order =
                clauses.containsKey("$sort") ? order(clauses.get("$sort"), collation) : null;
        Integer position = integer("$position", clauses);
        Integer slice = integer("$slice", clauses);
        return change -> {
            List<@Nullable Object> result = new ArrayList<>(list("$push", change));
            List<@Nullable Object> added = new ArrayList<>();
            each.forEach(value -> added.add(Modifiers.copy(value)));
            result.addAll(place(position, result.size()), added);
            if (order != null) {
                result.sort(order);
            }
            if (slice != null) {
                result = slice >= 0
                        ? new ArrayList<>(result.subList(0, Math.min(slice, result.size())))
                        : new ArrayList<>(result.subList(Math.max(0, result.size() + slice), result.size()));
            }
            change.set(result);
        };
    }

    private static int place(@Nullable Integer position, int size) {
        if (position == null || position >= size) {
            return size;
        }
        return position < 0 ? Math.max(0, size + position) : position;
    }

    private static @Nullable Integer integer(String clause, Document clauses) {
        if (!clauses.containsKey(clause)) {
            return null;
        }
        if (clauses.get(clause) instanceof Number number) {
            return number.intValue();
        }
        throw new ServerError(
                ServerError.BAD_VALUE,
                "The value for " + clause + " must be an integer value but was given type: "
                        + BsonTypes.name(clauses.get(clause)));
    }

    private static Comparator<@Nullable Object> order(@Nullable Object sort, Collation collation) {
        if (sort instanceof Document document) {
            DocumentOrder order = DocumentOrder.of(document, collation);
            return (a, b) -> a instanceof Document x && b instanceof Document y
                    ? order.compare(x, y)
                    : BsonOrder.compare(a, b, collation);
        } else if (sort instanceof Number direction) {
            return direction.intValue() < 0
                    ? (a, b) -> BsonOrder.compare(b, a, collation)
                    : (a, b) -> BsonOrder.compare(a, b, collation);
        }
        throw new ServerError(
                ServerError.BAD_VALUE,
                "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields");
    }

    /** Adds at the end; an existing array is logged element by element, as the server does. */
    @SuppressWarnings("unchecked")
    private static void append(Change change, List<?> values) {
        Object existing = change.value();
        if (existing == Values.MISSING) {
            List<@Nullable Object> fresh = new ArrayList<>();
            values.forEach(value -> fresh.add(Modifiers.copy(value)));
            change.set(fresh);
            return;
        }
        list("$push", change);
        List<@Nullable Object> target = (List<@Nullable Object>) java.util.Objects.requireNonNull(existing);
        for (Object value : values) {
            Object copy = Modifiers.copy(value);
            change.delta().set(change.path().text() + "." + target.size(), copy);
            target.add(copy);
        }
    }

    private static Modifier addToSet(@Nullable Object operand, Collation collation) {
        List<?> values;
        if (operand instanceof Document document && document.containsKey("$each")) {
            if (!(document.get("$each") instanceof List<?> each)) {
                throw new ServerError(ServerError.TYPE_MISMATCH, "The argument to $each in $addToSet must be an array");
            }
            values = each;
        } else {
            values = java.util.Collections.singletonList(operand);
        }
        return change -> {
            List<@Nullable Object> result = new ArrayList<>(list("$addToSet", change));
            int before = result.size();
            for (Object value : values) {
                if (result.stream().noneMatch(each -> BsonOrder.equal(each, value, collation))) {
                    result.add(Modifiers.copy(value));
                }
            }
            if (result.size() != before || change.value() == Values.MISSING) {
                change.set(result);
            }
        };
    }

    private static Modifier pop(String path, @Nullable Object operand) {
        if (!(operand instanceof Number direction) || Math.abs(direction.doubleValue()) != 1) {
            throw new ServerError(ServerError.FAILED_TO_PARSE, "$pop expects 1 or -1, for path: " + path);
        }
        boolean first = direction.intValue() < 0;
        return change -> {
            Object value = change.value();
            if (value == Values.MISSING) {
                return;
            }
            if (!(value instanceof List<?> list)) {
                throw new ServerError(
                        ServerError.TYPE_MISMATCH,
                        "Path '" + change.path().text() + "' contains an element of non-array type '"
                                + BsonTypes.name(value) + "'");
            }
            if (!list.isEmpty()) {
                change.set(new ArrayList<>(first ? list.subList(1, list.size()) : list.subList(0, list.size() - 1)));
            }
        };
    }

    private static Modifier pull(String operator, ValueTest test) {
        return change -> {
            Object value = change.value();
            if (value == Values.MISSING) {
                return;
            }
            if (!(value instanceof List<?> list)) {
                throw new ServerError(ServerError.BAD_VALUE, "Cannot apply " + operator + " to a non-array value");
            }
            List<@Nullable Object> kept = new ArrayList<>();
            for (Object element : list) {
                if (!test.test(element)) {
                    kept.add(element);
                }
            }
            if (kept.size() != list.size()) {
                change.set(kept);
            }
        };
    }
}
