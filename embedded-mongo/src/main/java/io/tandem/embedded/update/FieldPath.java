package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.Paths;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A concrete place in a document: no positional parts left. Immutable. */
@SuppressWarnings("ArrayRecordComponent")
record FieldPath(String text, String[] parts) {
    /** Arrays are not padded beyond this many elements. */
    private static final int MAX_PADDING = 1_500_000;

    FieldPath(String text) {
        this(text, Values.split(text));
    }

    /** The value there, or missing. */
    @Nullable
    Object get(Document root) {
        Object value = root;
        for (String part : parts) {
            value = child(value, part);
        }
        return value;
    }

    private static @Nullable Object child(@Nullable Object value, String part) {
        if (value instanceof Document document) {
            return document.getOrDefault(part, Values.MISSING);
        } else if (value instanceof List<?> list) {
            int index = Paths.index(part);
            return index >= 0 && index < list.size() ? list.get(index) : Values.MISSING;
        }
        return Values.MISSING;
    }

    /** Puts a value there and makes the documents on the way. */
    void set(Document root, @Nullable Object value) {
        Object container = root;
        for (int i = 0; i < parts.length - 1; i++) {
            Object next = child(container, parts[i]);
            if (next == Values.MISSING) {
                next = new Document();
                put(container, i, next);
            }
            container = next;
        }
        put(container, parts.length - 1, value);
    }

    @SuppressWarnings("unchecked")
    private void put(@Nullable Object container, int part, @Nullable Object value) {
        String name = parts[part];
        if (container instanceof Document document) {
            document.put(name, value);
            return;
        }
        int index = container instanceof List ? Paths.index(name) : -1;
        if (index < 0) {
            throw new ServerError(
                    ServerError.PATH_NOT_VIABLE,
                    "Cannot create field '" + name + "' in element {" + (part == 0 ? "" : parts[part - 1]) + ": "
                            + BsonTypes.name(container) + "}");
        }
        List<@Nullable Object> list = (List<@Nullable Object>) Objects.requireNonNull(container);
        if (index > list.size() + MAX_PADDING) {
            throw new ServerError(
                    ServerError.BAD_VALUE, "can't backfill more than " + MAX_PADDING + " elements of an array");
        }
        while (list.size() <= index) {
            list.add(null);
        }
        list.set(index, value);
    }

    /** Takes the field away; an array element becomes null. Returns whether there was something. */
    @SuppressWarnings("unchecked")
    boolean remove(Document root) {
        Object container = root;
        for (int i = 0; i < parts.length - 1; i++) {
            container = child(container, parts[i]);
        }
        String name = parts[parts.length - 1];
        if (container instanceof Document document) {
            if (!document.containsKey(name)) {
                return false;
            }
            document.remove(name);
            return true;
        } else if (container instanceof List) {
            int index = Paths.index(name);
            List<@Nullable Object> list = (List<@Nullable Object>) container;
            if (index >= 0 && index < list.size()) {
                list.set(index, null);
                return true;
            }
        }
        return false;
    }

    /** Whether the last part is an element of an array. */
    boolean inArray(Document root) {
        Object container = root;
        for (int i = 0; i < parts.length - 1; i++) {
            container = child(container, parts[i]);
        }
        return container instanceof List;
    }
}
