package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The place that an operator works on, and where it notes what it did. One thread.
 *
 * @param insert whether the document is being made by an upsert
 */
record Change(Document document, FieldPath path, Delta delta, boolean insert) {
    @Nullable
    Object value() {
        return path.get(document);
    }

    /** Sets the value and notes it, unless it already has the same bytes. */
    void set(@Nullable Object value) {
        if (!DocumentDiff.same(value(), value)) {
            path.set(document, value);
            delta.set(path.text(), value);
        }
    }

    void unset() {
        if (path.inArray(document)) {
            if (value() != io.tandem.embedded.expression.Values.MISSING && value() != null) {
                set(null);
            }
        } else if (path.remove(document)) {
            delta.remove(path.text());
        }
    }
}
