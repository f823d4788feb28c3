package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Numbers;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of `$jsonSchema` that validators commonly use; a keyword outside of it is refused, not ignored. Any thread. */
final class JsonSchema {
    private static final Set<String> TEXTS = Set.of("title", "description");
    private static final Map<String, Object> JSON_TYPES = Map.of(
            "object", "object",
            "array", "array",
            "number", "number",
            "boolean", "bool",
            "string", "string",
            "null", "null");

    private JsonSchema() {}

    static Filter compile(@Nullable Object schema) {
        ValueTest test = schema(schema);
        return (document, details) -> test.test(document);
    }

    private static ValueTest schema(@Nullable Object value) {
        if (!(value instanceof Document schema)) {
            throw new ServerError(ServerError.TYPE_MISMATCH, "$jsonSchema must be an object");
        }
        List<ValueTest> tests = new ArrayList<>();
        schema.forEach((keyword, operand) -> {
            if (!TEXTS.contains(keyword)) {
                tests.add(keyword(keyword, operand, schema));
            }
        });
        return found -> tests.stream().allMatch(test -> test.test(found));
    }

    private static ValueTest keyword(String keyword, @Nullable Object operand, Document schema) {
        return switch (keyword) {
            case "bsonType" -> Operators.type(operand);
            case "type" -> Operators.type(jsonTypes(operand));
            case "enum" -> {
                List<?> allowed = list(keyword, operand);
                yield found -> allowed.stream().anyMatch(each -> BsonOrder.equal(each, found));
            }
            case "required" -> {
                List<?> names = list(keyword, operand);
                yield found -> !(found instanceof Document document)
                        || document.keySet().containsAll(names);
            }
            case "properties" -> properties(document(keyword, operand));
            case "additionalProperties" -> additional(operand, schema);
            case "minimum" -> number(keyword, operand, order -> order >= 0, schema, "exclusiveMinimum");
            case "maximum" -> number(keyword, operand, order -> order <= 0, schema, "exclusiveMaximum");
            case "exclusiveMinimum", "exclusiveMaximum" -> found -> true;
            case "minLength" -> length(keyword, operand, 1);
            case "maxLength" -> length(keyword, operand, -1);
            case "pattern" -> {
                Pattern pattern = Pattern.compile(String.valueOf(operand));
                yield found ->
                        !(found instanceof String text) || pattern.matcher(text).find();
            }
            case "items" -> {
                ValueTest each = schema(operand);
                yield found -> !(found instanceof List<?> list) || list.stream().allMatch(each);
            }
            case "minItems" -> items(keyword, operand, 1);
            case "maxItems" -> items(keyword, operand, -1);
            case "allOf", "anyOf", "oneOf" -> combined(keyword, list(keyword, operand));
            case "not" -> {
                ValueTest inner = schema(operand);
                yield found -> !inner.test(found);
            }
            default ->
                throw new ServerError(
                        ServerError.FAILED_TO_PARSE,
                        "$jsonSchema keyword '" + keyword + "' is not currently supported");
        };
    }

    private static List<Object> jsonTypes(@Nullable Object operand) {
        List<Object> result = new ArrayList<>();
        for (Object each : operand instanceof List<?> list ? list : List.of(String.valueOf(operand))) {
            Object type = JSON_TYPES.get(String.valueOf(each));
            if (type == null) {
                throw new ServerError(ServerError.BAD_VALUE, "Unknown type name alias: " + each);
            }
            result.add(type);
        }
        return result;
    }

    private static ValueTest properties(Document properties) {
        Map<String, ValueTest> tests = new java.util.LinkedHashMap<>();
        properties.forEach((name, schema) -> tests.put(name, schema(schema)));
        return found -> {
            if (found instanceof Document document) {
                for (Map.Entry<String, ValueTest> each : tests.entrySet()) {
                    Object value = document.getOrDefault(each.getKey(), Values.MISSING);
                    if (value != Values.MISSING && !each.getValue().test(value)) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    private static ValueTest additional(@Nullable Object operand, Document schema) {
        Set<String> known = schema.get("properties") instanceof Document properties ? properties.keySet() : Set.of();
        ValueTest rest = operand instanceof Boolean allowed ? found -> allowed : schema(operand);
        return found -> !(found instanceof Document document)
                || document.entrySet().stream()
                        .allMatch(field -> known.contains(field.getKey()) || rest.test(field.getValue()));
    }

    private static ValueTest number(
            String keyword, @Nullable Object operand, IntPredicate test, Document schema, String exclusive) {
        if (!(operand instanceof Number limit)) {
            throw new ServerError(ServerError.TYPE_MISMATCH, "$jsonSchema keyword '" + keyword + "' must be a number");
        }
        boolean strict = Boolean.TRUE.equals(schema.get(exclusive));
        return found -> {
            if (!(found instanceof Number number)) {
                return true;
            }
            int order = Numbers.compare(number, limit);
            return test.test(order) && !(strict && order == 0);
        };
    }

    private static ValueTest length(String keyword, @Nullable Object operand, int sign) {
        long limit = Operators.wholeNumber(keyword, operand);
        return found -> !(found instanceof String text)
                || Long.compare(text.codePointCount(0, text.length()), limit) * sign >= 0;
    }

    private static ValueTest items(String keyword, @Nullable Object operand, int sign) {
        long limit = Operators.wholeNumber(keyword, operand);
        return found -> !(found instanceof List<?> list) || Long.compare(list.size(), limit) * sign >= 0;
    }

    private static ValueTest combined(String keyword, List<?> schemas) {
        List<ValueTest> tests = schemas.stream().map(JsonSchema::schema).toList();
        return found -> {
            long passed = tests.stream().filter(test -> test.test(found)).count();
            return switch (keyword) {
                case "allOf" -> passed == tests.size();
                case "anyOf" -> passed > 0;
                default -> passed == 1;
            };
        };
    }

    private static List<?> list(String keyword, @Nullable Object operand) {
        if (operand instanceof List<?> list) {
            return list;
        }
        throw new ServerError(ServerError.TYPE_MISMATCH, "$jsonSchema keyword '" + keyword + "' must be an array");
    }

    private static Document document(String keyword, @Nullable Object operand) {
        if (operand instanceof Document document) {
            return document;
        }
        throw new ServerError(ServerError.TYPE_MISMATCH, "$jsonSchema keyword '" + keyword + "' must be an object");
    }
}
