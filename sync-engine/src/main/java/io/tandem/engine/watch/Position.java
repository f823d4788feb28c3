package io.tandem.engine.watch;

import org.bson.BsonDocument;

/**
 * A place in one side's history from which its changes can be followed again. Opaque to all but the source that made it.
 *
 * @param token what that source needs, small and detached from larger buffers
 */
public record Position(BsonDocument token) {}
