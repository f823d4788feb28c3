package io.tandem.agent.view;

import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** A preview of what held-back deletes would remove. */
@Doc("Some of the documents that held-back deletes would remove")
public record HeldDeletesView(
        String collection,

        @Doc("The side that would lose documents: local or atlas")
        String towards,

        @Doc("Documents the collection had") long before,
        @Doc("Documents that would go, listed or not") long missing,
        @Doc("Their _ids as extended JSON") List<BsonValue> ids,

        @Doc("The same with their content on the side that would lose them")
        List<Item> items) {

    /** One document that would go. */
    @Doc("One document that would go")
    public record Item(
            BsonValue id,

            @Doc("Its content; null when it is gone or cannot be read now")
            Optional<BsonDocument> document) {}
}
