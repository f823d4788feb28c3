package io.tandem.engine.status;

import java.time.Instant;
import java.util.Optional;

/**
 * What to list of the conflict log.
 *
 * @param collection only this collection
 * @param since only entries not older, hub's clock
 * @param limit entries per page, 1 to 500
 * @param cursor the {@link ConflictPage#nextCursor()} of the page before
 */
public record ConflictQuery(Optional<String> collection, Optional<Instant> since, int limit, Optional<String> cursor) {
    public ConflictQuery {
        if (limit < 1 || limit > 500) {
            throw new IllegalArgumentException("limit " + limit + " is not in 1..500");
        }
    }
}
