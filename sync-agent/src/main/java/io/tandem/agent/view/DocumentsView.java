package io.tandem.agent.view;

import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/** One page of documents. */
@Doc("One page of documents, as relaxed extended JSON")
public record DocumentsView(
        List<BsonDocument> items,

        @Doc("Give it as cursor to get the next page; null on the last")
        Optional<String> nextCursor) {}
