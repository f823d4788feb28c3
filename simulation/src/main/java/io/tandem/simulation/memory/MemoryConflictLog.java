package io.tandem.simulation.memory;

import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.write.ConflictLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Pages through the hub's conflict log. A cursor is the number of entries before it. */
public final class MemoryConflictLog implements ConflictLog {
    private final MemoryHub hub;

    public MemoryConflictLog(MemoryHub hub) {
        this.hub = hub;
    }

    @Override
    public ConflictPage page(ConflictQuery query) {
        List<ConflictEntry> matching = hub.conflicts().stream()
                .filter(e -> query.collection().map(e.collection()::equals).orElse(true))
                .filter(e -> query.since().map(s -> !e.at().isBefore(s)).orElse(true))
                .toList();
        Instant hourAgo = Instant.ofEpochMilli(hub.database().millis()).minus(Duration.ofHours(1));
        long lastHour = matching.stream().filter(e -> !e.at().isBefore(hourAgo)).count();
        int start = Math.min(query.cursor().map(Integer::parseInt).orElse(0), matching.size());
        int end = Math.min(start + query.limit(), matching.size());
        Optional<String> next = end < matching.size() ? Optional.of(Integer.toString(end)) : Optional.empty();
        return new ConflictPage(matching.size(), lastHour, matching.subList(start, end), next);
    }

    @Override
    public Optional<ConflictEntry> find(String id) {
        return hub.conflict(id);
    }

    @Override
    public void restored(String id) {
        hub.restored(id);
    }
}
