package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import java.util.stream.Stream;

/** One stage of a pipeline. Any thread. */
@FunctionalInterface
public interface Stage {
    Stream<Document> apply(Stream<Document> documents);
}
