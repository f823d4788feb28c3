package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.stream.Stream;

/** Where stages find the documents of other collections of the same database. */
public interface Sources {
    /** The result of a pipeline over a collection; empty when there is no such collection. */
    Stream<Document> run(String collection, List<?> pipeline);
}
