package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Arithmetic;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators on single values. Any thread. */
final class Modifiers {
    private Modifiers() {}

    /** The operator, or null when there is none with this name. */
    static @Nullable Modifier compile(
            String operator, String path, @Nullable Object operand, @Nullable Scope variables, UpdateClock clock) {
        return switch (operator) {
            case "$set" -> change -> change.set(copy(operand));
            case "$setOnInsert" ->
                change -> {
                    if (change.insert()) {
                        change.set(copy(operand));
                    }
                };
            case "$unset" -> Change::unset;
            case "$inc" -> arithmetic("increment", "$inc", path, operand);
            case "$mul" -> arithmetic("multiply", "$mul", path, operand);
            case "$min" -> extreme(operand, -1, Scope.collationOf(variables));
            case "$max" -> extreme(operand, 1, Scope.collationOf(variables));
            case "$currentDate" -> currentDate(operand, clock);
            case "$rename" -> rename(path, operand);
            case "$bit" -> bit(operand);
            default -> ArrayModifiers.compile(operator, path, operand, variables);
        };
    }

    /** Operands are shared by all documents of a multi-update, so what goes into a document is a copy. */
    static @Nullable Object copy(@Nullable Object operand) {
        if (operand instanceof Document document) {
            return document.cloneDeeply();
        } else if (operand instanceof java.util.List) {
            return new Document("v", operand).cloneDeeply().get("v");
        }
        return operand;
    }

    private static Modifier arithmetic(String verb, String operator, String path, @Nullable Object operand) {
        if (!(operand instanceof Number amount)) {
            throw new ServerError(
                    ServerError.TYPE_MISMATCH,
                    "Cannot " + verb + " with non-numeric argument: {" + path + ": " + BsonTypes.name(operand) + "}");
        }
        boolean increment = "$inc".equals(operator);
        return change -> {
            Object value = change.value();
            if (value == Values.MISSING) {
                change.set(increment ? amount : Arithmetic.multiply(0, amount));
                return;
            }
            if (!(value instanceof Number number)) {
                throw new ServerError(
                        ServerError.TYPE_MISMATCH,
                        "Cannot apply " + operator + " to a value of non-numeric type. {_id: ...} has the field '"
                                + change.path().parts()[change.path().parts().length - 1] + "' of non-numeric type "
                                + BsonTypes.name(value));
            }
            Number result = increment ? Arithmetic.add(number, amount) : Arithmetic.multiply(number, amount);
            if (result instanceof Double && !(number instanceof Double) && !(amount instanceof Double)) {
                throw new ServerError(
                        ServerError.BAD_VALUE,
                        "Failed to apply " + operator + " operations to current value for document");
            }
            change.set(result);
        };
    }

    private static Modifier extreme(@Nullable Object operand, int sign, Collation collation) {
        return change -> {
            Object value = change.value();
            if (value == Values.MISSING || BsonOrder.compare(operand, value, collation) * sign > 0) {
                change.set(copy(operand));
            }
        };
    }

    private static Modifier currentDate(@Nullable Object operand, UpdateClock clock) {
        if (operand instanceof Document document && "timestamp".equals(document.get("$type"))) {
            return change -> change.set(clock.timestamp());
        } else if (operand instanceof Boolean
                || (operand instanceof Document document && "date".equals(document.get("$type")))) {
            return change -> change.set(clock.now());
        }
        throw new ServerError(
                ServerError.BAD_VALUE,
                BsonTypes.name(operand)
                        + " is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).");
    }

    private static Modifier rename(String source, @Nullable Object operand) {
        if (!(operand instanceof String target)) {
            throw new ServerError(ServerError.BAD_VALUE, "The 'to' field for $rename must be a string: " + source);
        }
        if (target.equals(source)) {
            throw new ServerError(
                    ServerError.BAD_VALUE, "The source and target field for $rename must differ: " + source);
        }
        return change -> {
            Object value = change.value();
            if (value == Values.MISSING) {
                return;
            }
            FieldPath to = new FieldPath(target);
            if (change.path().inArray(change.document()) || to.inArray(change.document())) {
                throw new ServerError(
                        ServerError.BAD_VALUE, "The source and target field for $rename cannot be an array element");
            }
            change.path().remove(change.document());
            change.delta().remove(change.path().text());
            to.set(change.document(), value);
            change.delta().set(target, value);
        };
    }

    private static Modifier bit(@Nullable Object operand) {
        if (!(operand instanceof Document operations) || operations.isEmpty()) {
            throw new ServerError(
                    ServerError.BAD_VALUE, "The $bit modifier is not compatible with a " + BsonTypes.name(operand));
        }
        return change -> {
            Object value = change.value();
            Number number = value == Values.MISSING ? (Number) 0 : value instanceof Number n ? n : Double.valueOf(0);
            if (!(number instanceof Integer) && !(number instanceof Long)) {
                throw new ServerError(ServerError.BAD_VALUE, "Cannot apply $bit to a value of non-integral type");
            }
            long result = number.longValue();
            boolean wide = number instanceof Long;
            for (Map.Entry<String, Object> operation : operations.entrySet()) {
                if (!(operation.getValue() instanceof Integer) && !(operation.getValue() instanceof Long)) {
                    throw new ServerError(
                            ServerError.BAD_VALUE, "The $bit modifier field must be an Integer(32/64 bit)");
                }
                long mask = ((Number) operation.getValue()).longValue();
                wide |= operation.getValue() instanceof Long;
                result = switch (operation.getKey()) {
                    case "and" -> result & mask;
                    case "or" -> result | mask;
                    case "xor" -> result ^ mask;
                    default ->
                        throw new ServerError(
                                ServerError.BAD_VALUE,
                                "The $bit modifier only supports 'and', 'or', and 'xor', not '" + operation.getKey()
                                        + "'");
                };
            }
            change.set(wide ? (Object) result : (Object) (int) result);
        };
    }
}
