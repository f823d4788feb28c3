package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import java.util.List;
import java.util.Map;

/** Operators over documents and types. */
final class Objects {
    private Objects() {}

    static void register(Map<String, Expressions.Compiler> operators) {
        operators.put("$type", argument -> {
            Expression only = Expressions.exactly("$type", argument, 1).get(0);
            return scope -> BsonTypes.name(only.evaluate(scope));
        });
        operators.put("$isNumber", argument -> {
            Expression only = Expressions.exactly("$isNumber", argument, 1).get(0);
            return scope -> only.evaluate(scope) instanceof Number;
        });
        operators.put("$bsonSize", argument -> {
            Expression only = Expressions.exactly("$bsonSize", argument, 1).get(0);
            return scope -> {
                Object value = only.evaluate(scope);
                if (Values.nullish(value)) {
                    return null;
                } else if (value instanceof Document document) {
                    return BsonEncoder.sizeOf(document);
                }
                throw new ServerError(31393, "$bsonSize requires a document input, found: " + BsonTypes.name(value));
            };
        });
        operators.put("$mergeObjects", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> merge(all, scope);
        });
        operators.put("$getField", argument -> getField(argument));
        operators.put("$setField", argument -> setField(Expressions.object("$setField", argument), "value"));
        operators.put("$unsetField", argument -> {
            Document document = Expressions.object("$unsetField", argument).clone();
            document.put("value", "$$REMOVE");
            return setField(document, "value");
        });
    }

    private static Object merge(List<Expression> all, Scope scope) {
        Document result = new Document();
        for (Expression each : all) {
            Object value = each.evaluate(scope);
            List<?> parts = value instanceof List<?> list && all.size() == 1 ? list : null;
            if (parts != null) {
                parts.forEach(part -> mergeInto(result, part));
            } else {
                mergeInto(result, value);
            }
        }
        return result;
    }

    private static void mergeInto(Document result, @org.jspecify.annotations.Nullable Object value) {
        if (value instanceof Document document) {
            result.putAll(document);
        } else if (!Values.nullish(value)) {
            throw new ServerError(
                    40400, "$mergeObjects requires object inputs, but input is of type " + BsonTypes.name(value));
        }
    }

    private static Expression getField(@org.jspecify.annotations.Nullable Object argument) {
        Expression field;
        Expression input;
        if (argument instanceof Document document && document.containsKey("field")) {
            field = Expressions.compile(document.get("field"));
            input = Expressions.required("$getField", document, "input");
        } else {
            field = Expressions.compile(argument);
            input = Expressions.compile("$$CURRENT");
        }
        return scope -> {
            Object name = field.evaluate(scope);
            if (!(name instanceof String text)) {
                throw new ServerError(3041704, "$getField requires 'field' to evaluate to type String");
            }
            return input.evaluate(scope) instanceof Document document
                    ? document.getOrDefault(text, Values.MISSING)
                    : Values.MISSING;
        };
    }

    private static Expression setField(Document document, String valueName) {
        Expression field = Expressions.required("$setField", document, "field");
        Expression input = Expressions.required("$setField", document, "input");
        Expression value = Expressions.required("$setField", document, valueName);
        return scope -> {
            Object target = input.evaluate(scope);
            if (Values.nullish(target)) {
                return null;
            }
            if (!(target instanceof Document original) || !(field.evaluate(scope) instanceof String name)) {
                throw new ServerError(4161105, "$setField requires 'input' to evaluate to type Object");
            }
            Document result = original.clone();
            Object evaluated = value.evaluate(scope);
            if (evaluated == Values.MISSING) {
                result.remove(name);
            } else {
                result.put(name, evaluated);
            }
            return result;
        };
    }
}
