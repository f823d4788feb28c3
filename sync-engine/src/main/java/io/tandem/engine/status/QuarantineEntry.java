package io.tandem.engine.status;

import java.time.Instant;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A change that could not be applied and waits.
 *
 * @param id its identity
 * @param collection where
 * @param documentId the document's {@code _id}
 * @param direction {@code localToAtlas} or {@code atlasToLocal}
 * @param code what kind of failure
 * @param error what the server said, without document content
 * @param localDocument the device's content, if it has the document
 * @param hubDocument the hub's content without sync metadata, if it has the document
 * @param attempts how often it was tried
 * @param firstAt first failure, agent's clock
 * @param nextAttemptAt when it will be tried again
 */
public record QuarantineEntry(
        String id,
        String collection,
        BsonValue documentId,
        String direction,
        String code,
        String error,
        Optional<BsonDocument> localDocument,
        Optional<BsonDocument> hubDocument,
        int attempts,
        Instant firstAt,
        Instant nextAttemptAt) {}
