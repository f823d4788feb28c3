package io.tandem.engine.plan;

import io.tandem.engine.model.Version;
import java.util.List;
import java.util.OptionalLong;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Reads when a document was edited from a field of its own, for changes that no event dates. */
public final class EditTime {
    /** The field names looked at, in this order. */
    public static final List<String> FIELDS =
            List.of("updatedAt", "updated_at", "modifiedAt", "modified_at", "lastModified", "lastUpdated");

    private EditTime() {}

    /** Hybrid logical time of the first of {@link #FIELDS} that holds a date; empty when none does. */
    public static OptionalLong of(BsonDocument content) {
        for (String field : FIELDS) {
            BsonValue value = content.get(field);
            if (value instanceof BsonDateTime date && date.getValue() > 0) {
                return OptionalLong.of(Version.timeAt(date.getValue()));
            }
            if (value instanceof BsonTimestamp timestamp && timestamp.getTime() > 0) {
                return OptionalLong.of(Version.timeAt(timestamp.getTime() * 1000L));
            }
        }
        return OptionalLong.empty();
    }
}
