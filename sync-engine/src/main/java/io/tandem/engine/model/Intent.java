package io.tandem.engine.model;

import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A local write about to be made, noted before it is: if the local content is {@code expected} when the key is next looked
 * at, the write happened, and {@code thenBase} is what device and hub agreed on by it.
 *
 * @param expected local content after the write
 * @param thenBase base state after the write
 * @param thenContent base content after the write, where base contents are kept
 */
public record Intent(ContentHash expected, StateId thenBase, Optional<RawBsonDocument> thenContent) {}
