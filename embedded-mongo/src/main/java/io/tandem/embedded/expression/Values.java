package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.OpaqueBson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about single values: truth, null or missing, and the value at a path. Any thread. */
public final class Values {
    public static final Object MISSING = Missing.getInstance();

    private Values() {}

    /** Whether the value is null, undefined or not there at all. */
    public static boolean nullish(@Nullable Object value) {
        return value == null
                || value == MISSING
                || (value instanceof OpaqueBson opaque && opaque.type() == BsonTypes.UNDEFINED);
    }

    /** Truth in conditions: everything but false, zero, null and missing. */
    public static boolean truthy(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        } else if (value instanceof Number number) {
            return io.tandem.embedded.bson.Numbers.compare(number, 0) != 0;
        }
        return !nullish(value);
    }

    /** The value at a path as expressions see it: arrays on the way give an array of what their documents have there. */
    static @Nullable Object path(@Nullable Object start, String[] path, int from) {
        Object value = start;
        for (int i = from; i < path.length; i++) {
            if (value instanceof Document document) {
                value = document.getOrDefault(path[i], MISSING);
            } else if (value instanceof List<?> list) {
                List<@Nullable Object> result = new ArrayList<>();
                for (Object element : list) {
                    Object found = element instanceof List ? MISSING : path(element, path, i);
                    if (found != MISSING) {
                        result.add(found);
                    }
                }
                return result;
            } else {
                return MISSING;
            }
        }
        return value;
    }

    /** A dotted path in parts. */
    public static String[] split(String path) {
        return path.indexOf('.') < 0 ? new String[] {path} : splitAll(path);
    }

    private static String[] splitAll(String path) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', start)) {
            parts.add(path.substring(start, dot));
            start = dot + 1;
        }
        parts.add(path.substring(start));
        return parts.toArray(String[]::new);
    }

    /** A path without its first part. */
    static String[] tail(String[] path) {
        return Arrays.copyOfRange(path, 1, path.length);
    }
}
