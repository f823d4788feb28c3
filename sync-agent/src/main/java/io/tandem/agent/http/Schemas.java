package io.tandem.agent.http;

import io.tandem.agent.view.Doc;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonValue;

/** The JSON schemas of views, read from their record components. One thread. */
final class Schemas {
    private final Map<String, Object> byName = new TreeMap<>();

    /** A reference to the schema of a view, which is added when it is new. */
    Map<String, Object> reference(Class<?> view) {
        String name = nameOf(view);
        if (!byName.containsKey(name)) {
            byName.put(name, Map.of());
            byName.put(name, schema(view));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    /** All schemas so far. */
    Map<String, Object> all() {
        return byName;
    }

    private static String nameOf(Class<?> view) {
        Class<?> outer = view.getEnclosingClass();
        String own = view.getSimpleName();
        return outer == null || own.endsWith("View") ? own : outer.getSimpleName() + own;
    }

    private Map<String, Object> schema(Class<?> view) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : view.getRecordComponents()) {
            Map<String, Object> property = new LinkedHashMap<>(property(component.getGenericType()));
            Doc doc = component.getAnnotation(Doc.class);
            if (doc != null) {
                property.put("description", doc.value());
            }
            properties.put(component.getName(), property);
            if (doc == null || !doc.optional()) {
                required.add(component.getName());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        Doc doc = view.getAnnotation(Doc.class);
        if (doc != null) {
            schema.put("description", doc.value());
        }
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", required);
        return schema;
    }

    private Map<String, Object> property(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord()) {
            return reference(raw);
        }
        if (BsonValue.class.isAssignableFrom(raw)) {
            return Map.of("description", "Relaxed extended JSON");
        }
        return simple(raw);
    }

    private static Map<String, Object> simple(Class<?> raw) {
        if (raw == String.class) {
            return Map.of("type", "string");
        }
        if (raw == Instant.class) {
            return Map.of("type", "string", "format", "date-time");
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class) {
            return Map.of("type", "integer");
        }
        if (raw == double.class || raw == Double.class) {
            return Map.of("type", "number");
        }
        throw new IllegalArgumentException("no schema for " + raw);
    }

    private Map<String, Object> generic(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        if (generic.getRawType() == Optional.class) {
            return nullable(property(arguments[0]));
        }
        if (generic.getRawType() == Map.class) {
            return Map.of("type", "object", "additionalProperties", property(arguments[1]));
        }
        if (generic.getRawType() == List.class) {
            return Map.of("type", "array", "items", property(arguments[0]));
        }
        throw new IllegalArgumentException("no schema for " + generic);
    }

    private static Map<String, Object> nullable(Map<String, Object> schema) {
        Object type = schema.get("type");
        if (type == null) {
            return schema.containsKey("$ref") ? Map.of("anyOf", List.of(schema, Map.of("type", "null"))) : schema;
        }
        Map<String, Object> nullable = new LinkedHashMap<>(schema);
        nullable.put("type", List.of(type, "null"));
        return nullable;
    }
}
