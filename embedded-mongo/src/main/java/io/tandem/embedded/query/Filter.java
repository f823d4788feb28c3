package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.Document;
import org.jspecify.annotations.Nullable;

/** A compiled filter. Any thread. */
@FunctionalInterface
public interface Filter {
    Filter ALL = (document, details) -> true;

    /** Whether the document matches; when details are given, where in an array it matched is noted there. */
    boolean test(Document document, @Nullable MatchDetails details);

    default boolean test(Document document) {
        return test(document, null);
    }
}
