package io.tandem.engine.model;

import java.util.Optional;
import java.util.OptionalLong;
import org.bson.RawBsonDocument;

/**
 * A local write about to be made, noted before it is: if the local content is {@code expected} when the key is next looked
 * at, the write happened, and {@code thenBase} is what device and hub agreed on by it. If it still is {@code before}, the write did
 * not happen, and what was agreed on before is the ancestor of both sides as it was. If it is anything else, nobody can tell.
 *
 * <p>A change of the device that its feed tells of and that is later than the note was made on top of the write, even if it led back to
 * what was there before; one that is earlier, perhaps an earlier write of this agent that the feed tells again, is part of what was there.
 *
 * @param madeAt hybrid logical time, in the hub's time base, of the look that led to the write; empty in notes of older versions
 * @param expected local content after the write
 * @param before local content that the write replaces; noted where base contents are kept, since only a merge needs to know
 * @param thenBase base state after the write
 * @param thenContent base content after the write, where base contents are kept
 */
public record Intent(
        OptionalLong madeAt,
        ContentHash expected,
        Optional<ContentHash> before,
        StateId thenBase,
        Optional<RawBsonDocument> thenContent) {}
