package io.tandem.engine.watch;

import java.util.Optional;

/**
 * Opens feeds of one side's changes. Thread-safe.
 *
 * <p>Internal collections ({@code _sync_*}, {@code system.*}, temporary ones) are not reported.
 */
public interface ChangeSource {
    /**
     * Opens a feed of what happens after a position, or from now on when there is none.
     *
     * @throws io.tandem.engine.fault.SyncException with {@code HISTORY_LOST} or {@code INVALID_POSITION} when it cannot be
     *     followed from there, {@code STANDALONE} when the server has no change streams, {@code LOCAL_UNREACHABLE} or
     *     {@code HUB_UNREACHABLE} when the server cannot be reached
     */
    ChangeFeed open(Optional<Position> after);
}
