package io.tandem.engine.plan;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Version;
import java.util.List;
import java.util.OptionalLong;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Reads when a document was edited from a field of its own, for changes that no event dates. */
public final class EditTime {
    /** The field names looked at, in this order. */
    public static final List<String> FIELDS =
            List.of("updatedAt", "updated_at", "modifiedAt", "modified_at", "lastModified", "lastUpdated");

    private EditTime() {}

    /** Hybrid logical time of the first of {@link #FIELDS} that holds a date; empty when none does. */
    public static OptionalLong of(BsonDocument content) {
        for (String field : FIELDS) {
            BsonValue value = content instanceof RawBsonDocument raw ? found(raw, field) : content.get(field);
            if (value instanceof BsonDateTime date && date.getValue() > 0) {
                return OptionalLong.of(Version.timeAt(date.getValue()));
            }
            if (value instanceof BsonTimestamp timestamp && timestamp.getTime() > 0) {
                return OptionalLong.of(Version.timeAt(timestamp.getTime() * 1000L));
            }
        }
        return OptionalLong.empty();
    }

    private static @Nullable BsonValue found(RawBsonDocument content, String field) {
        byte[] bytes = BsonBytes.of(content);
        return BsonBytes.find(bytes, field)
                .map(element -> BsonBytes.value(bytes, element))
                .orElse(null);
    }
}
