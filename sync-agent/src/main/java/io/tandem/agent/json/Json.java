package io.tandem.agent.json;

import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes records as JSON objects, component by component. Any thread.
 *
 * <p>Instants are ISO texts with milliseconds, durations whole milliseconds, enums their lower-case names with dashes, BSON values relaxed
 * extended JSON. An empty {@link Optional} is {@code null}; a null component is left out. Numbers that are not finite are {@code null}.
 * Whole numbers in documents that a JavaScript number cannot hold keep their canonical form {@code {"$numberLong": "..."}}.
 */
public final class Json {
    private static final long JAVASCRIPT_SAFE = (1L << 53) - 1;
    private static final JsonFactory FACTORY = new JsonFactory();

    private static final JsonWriterSettings RELAXED = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .int64Converter((value, writer) -> {
                if (Math.abs(value) > JAVASCRIPT_SAFE) {
                    writer.writeStartObject();
                    writer.writeString("$numberLong", Long.toString(value));
                    writer.writeEndObject();
                } else {
                    writer.writeNumber(Long.toString(value));
                }
            })
            .build();

    /** The accessors of each record type, looked up once. */
    private static final ClassValue<List<RecordComponent>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
            List<RecordComponent> components = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                components.add(component);
            }
            return List.copyOf(components);
        }
    };

    private Json() {}

    /** A record, map, list or simple value as JSON text. */
    public static String write(Object value) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(value, generator);
        }
        return text.toString();
    }

    /** A document as relaxed extended JSON. */
    public static String relaxed(BsonDocument document) {
        return document.toJson(RELAXED);
    }

    /** Any BSON value as relaxed extended JSON. */
    public static String relaxed(BsonValue value) {
        if (value instanceof BsonDocument document) {
            return relaxed(document);
        }
        String wrapped = new BsonDocument("v", value).toJson(RELAXED);
        return wrapped.substring(wrapped.indexOf(':') + 1, wrapped.length() - 1).strip();
    }

    private static void write(@Nullable Object value, JsonGenerator out) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), out);
        } else if (value instanceof Record bean) {
            writeRecord(bean, out);
        } else if (value instanceof BsonValue bson) {
            out.writeRawValue(relaxed(bson));
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, out);
        } else if (value instanceof Iterable<?> items) {
            out.writeStartArray();
            items.forEach(item -> write(item, out));
            out.writeEndArray();
        } else {
            writeSimple(value, out);
        }
    }

    private static void writeSimple(Object value, JsonGenerator out) {
        if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof Integer || value instanceof Long) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            writeDouble(number, out);
        } else if (value instanceof Instant instant) {
            out.writeString(instant.truncatedTo(ChronoUnit.MILLIS).toString());
        } else if (value instanceof Duration duration) {
            out.writeNumber(duration.toMillis());
        } else if (value instanceof Enum<?> constant) {
            out.writeString(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        } else if (value instanceof CharSequence text) {
            out.writeString(text.toString());
        } else {
            throw new IllegalArgumentException("no JSON form for " + value.getClass());
        }
    }

    private static void writeDouble(double number, JsonGenerator out) {
        if (!Double.isFinite(number)) {
            out.writeNull();
        } else if (number == Math.rint(number) && Math.abs(number) < JAVASCRIPT_SAFE) {
            out.writeNumber((long) number);
        } else {
            out.writeNumber(Math.rint(number * 1000) / 1000);
        }
    }

    private static void writeMap(Map<?, ?> map, JsonGenerator out) {
        out.writeStartObject();
        map.forEach((key, value) -> {
            out.writeName(String.valueOf(key));
            write(value, out);
        });
        out.writeEndObject();
    }

    private static void writeRecord(Record bean, JsonGenerator out) {
        out.writeStartObject();
        for (RecordComponent component : COMPONENTS.get(bean.getClass())) {
            Object value = read(component, bean);
            if (value != null) {
                out.writeName(component.getName());
                write(value, out);
            }
        }
        out.writeEndObject();
    }

    private static @Nullable Object read(RecordComponent component, Record bean) {
        try {
            return component.getAccessor().invoke(bean);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("cannot read " + component, impossible);
        }
    }
}
