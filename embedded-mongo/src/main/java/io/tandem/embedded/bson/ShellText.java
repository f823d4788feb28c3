package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as the server writes them into error messages. Any thread. */
public final class ShellText {
    private ShellText() {}

    public static String of(@Nullable Object value) {
        if (value instanceof Document document) {
            return document.isEmpty()
                    ? "{}"
                    : document.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + of(entry.getValue()))
                            .collect(Collectors.joining(", ", "{ ", " }"));
        } else if (value instanceof List<?> list) {
            return list.isEmpty()
                    ? "[]"
                    : list.stream().map(ShellText::of).collect(Collectors.joining(", ", "[ ", " ]"));
        } else if (value instanceof String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        } else if (value instanceof ObjectId id) {
            return "ObjectId('" + id.getHexData() + "')";
        } else if (value instanceof Instant instant) {
            return "new Date(" + instant.toEpochMilli() + ")";
        } else if (value instanceof UUID uuid) {
            return "UUID(\"" + uuid + "\")";
        } else if (value instanceof BinData data) {
            return "BinData(0, " + Base64.getEncoder().encodeToString(data.getData()) + ")";
        } else if (value instanceof BsonTimestamp timestamp) {
            return "Timestamp(" + Integer.toUnsignedString(timestamp.getTime()) + ", "
                    + Integer.toUnsignedString(timestamp.getInc()) + ")";
        }
        return String.valueOf(value);
    }
}
