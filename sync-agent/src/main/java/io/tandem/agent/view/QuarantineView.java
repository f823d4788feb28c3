package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Changes that could not be applied. */
@Doc("Changes that could not be applied and wait, oldest first")
public record QuarantineView(
        @Doc("In quarantine now, listed or not") long total, List<Item> items) {

    /** One waiting change. */
    @Doc("One waiting change")
    public record Item(
            String id,
            String collection,
            @Doc("The document's _id as extended JSON") BsonValue documentId,
            @Doc("localToAtlas or atlasToLocal") String direction,
            @Doc("What kind of failure") String code,
            @Doc("What the server said") String error,
            @Doc("The device's content; null when absent") Optional<BsonDocument> localDocument,
            @Doc("The hub's content; null when absent") Optional<BsonDocument> atlasDocument,
            int attempts,
            Instant firstAt,
            Instant nextAttemptAt) {}
}
