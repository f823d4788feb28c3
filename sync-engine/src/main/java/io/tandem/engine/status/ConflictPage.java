package io.tandem.engine.status;

import java.util.List;
import java.util.Optional;

/**
 * One page of the conflict log, newest first.
 *
 * @param total entries that match the query, on all pages
 * @param lastHour entries of the last hour that match the query
 * @param items this page
 * @param nextCursor where the next page starts; empty on the last
 */
public record ConflictPage(long total, long lastHour, List<ConflictEntry> items, Optional<String> nextCursor) {
    public ConflictPage {
        items = List.copyOf(items);
    }
}
