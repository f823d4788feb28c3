package io.tandem.engine.write;

import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import java.util.Optional;

/**
 * Reads the conflict log on the hub. Thread-safe, blocking; throws {@link io.tandem.engine.fault.SyncException} with
 * {@code HUB_UNREACHABLE}.
 */
public interface ConflictLog {
    ConflictPage page(ConflictQuery query);

    Optional<ConflictEntry> find(String id);

    /** Notes that the loser was put back. */
    void restored(String id);
}
