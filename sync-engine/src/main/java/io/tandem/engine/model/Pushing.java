package io.tandem.engine.model;

import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A hub write about to be made, noted before it is where fields are merged: a merge is only sound from a base that really is
 * the ancestor of both sides, and after a crash only this note tells whether the hub's state is the one that was being sent.
 *
 * @param next state of both sides after the write
 * @param content its content
 */
public record Pushing(StateId next, Optional<RawBsonDocument> content) {}
