package io.tandem.engine.model;

import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * A hub write about to be made, noted before it is. After a crash only this note tells whether the hub's state is the one that was being
 * sent. Noted where fields are merged, since a merge is only sound from a base that really is the ancestor of both sides; and on devices
 * without change streams, where a local change after the crash that leads back to what was agreed on would look like none.
 *
 * @param next state of both sides after the write
 * @param content its content
 */
public record Pushing(StateId next, Optional<RawBsonDocument> content) {}
