package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.expression.Values;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Walks a dotted path as filters do: through documents, and through arrays by index and by element. Any thread. */
public final class Paths {
    private Paths() {}

    /**
     * Whether any value at the path passes the test.
     *
     * @param expandLeaf whether the elements of an array at the end of the path are tested too, before the array itself
     */
    static boolean any(
            @Nullable Object value,
            String[] path,
            int from,
            boolean expandLeaf,
            @Nullable MatchDetails details,
            Predicate<@Nullable Object> test) {
        if (from == path.length) {
            return leaf(value, expandLeaf, details, test);
        } else if (value instanceof Document document) {
            return any(document.getOrDefault(path[from], Values.MISSING), path, from + 1, expandLeaf, details, test);
        } else if (value instanceof List<?> list) {
            int index = index(path[from]);
            if (index >= 0 && index < list.size() && any(list.get(index), path, from + 1, expandLeaf, details, test)) {
                return true;
            }
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Document document && any(document, path, from, expandLeaf, details, test)) {
                    note(details, i);
                    return true;
                }
            }
            return false;
        }
        return test.test(Values.MISSING);
    }

    private static boolean leaf(
            @Nullable Object value,
            boolean expandLeaf,
            @Nullable MatchDetails details,
            Predicate<@Nullable Object> test) {
        if (expandLeaf && value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (test.test(list.get(i))) {
                    note(details, i);
                    return true;
                }
            }
        }
        return test.test(value);
    }

    private static void note(@Nullable MatchDetails details, int index) {
        if (details != null) {
            details.note(index);
        }
    }

    /** The array index a path part stands for, or -1. */
    public static int index(String part) {
        if (part.isEmpty() || part.length() > 9 || (part.length() > 1 && part.charAt(0) == '0')) {
            return -1;
        }
        int result = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            result = result * 10 + c - '0';
        }
        return result;
    }
}
