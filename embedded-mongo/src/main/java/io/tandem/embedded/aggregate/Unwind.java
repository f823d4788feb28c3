package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** `$unwind`: one document per element of an array. */
final class Unwind {
    private Unwind() {}

    static Stage compile(@Nullable Object argument) {
        Document specification = argument instanceof Document document ? document : new Document("path", argument);
        if (!(specification.get("path") instanceof String path) || !path.startsWith("$") || path.length() < 2) {
            throw new ServerError(28818, "path option to $unwind stage should be prefixed with a '$'");
        }
        String[] parts = Values.split(path.substring(1));
        String index = specification.get("includeArrayIndex") instanceof String name ? name : "";
        boolean preserve = Values.truthy(specification.get("preserveNullAndEmptyArrays"));
        return documents -> documents.flatMap(document -> unwind(document, parts, index, preserve));
    }

    private static Stream<Document> unwind(Document document, String[] path, String index, boolean preserve) {
        Object value = document;
        for (String part : path) {
            value = value instanceof Document inner ? inner.getOrDefault(part, Values.MISSING) : Values.MISSING;
        }
        if (value instanceof List<?> list && !list.isEmpty()) {
            return IntStream.range(0, list.size()).mapToObj(i -> {
                Document result = with(document, path, 0, list.get(i));
                if (!index.isEmpty()) {
                    result.put(index, (long) i);
                }
                return result;
            });
        }
        boolean empty = value instanceof List || Values.nullish(value);
        if (empty && !preserve) {
            return Stream.empty();
        }
        Document result = value instanceof List ? with(document, path, 0, Values.MISSING) : document.clone();
        if (!index.isEmpty()) {
            result.put(index, null);
        }
        return Stream.of(result);
    }

    private static Document with(Document document, String[] path, int from, @Nullable Object value) {
        Document result = document.clone();
        if (from == path.length - 1) {
            if (value == Values.MISSING) {
                result.remove(path[from]);
            } else {
                result.put(path[from], value);
            }
        } else if (document.get(path[from]) instanceof Document inner) {
            result.put(path[from], with(inner, path, from + 1, value));
        }
        return result;
    }
}
