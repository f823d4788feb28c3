package io.tandem.engine.model;

import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A local write about to be made, noted before it is: if the local content is {@code expected} when the key is next looked
 * at, the write happened, and {@code thenBase} is what device and hub agreed on by it. If it still is {@code before}, the write did
 * not happen, and what was agreed on before is the ancestor of both sides as it was. If it is anything else, nobody can tell.
 *
 * @param expected local content after the write
 * @param before local content that the write replaces; noted where base contents are kept, since only a merge needs to know
 * @param thenBase base state after the write
 * @param thenContent base content after the write, where base contents are kept
 */
public record Intent(
        ContentHash expected, Optional<ContentHash> before, StateId thenBase, Optional<RawBsonDocument> thenContent) {}
