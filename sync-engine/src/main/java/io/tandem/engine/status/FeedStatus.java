package io.tandem.engine.status;

import java.time.Instant;
import java.util.Optional;

/**
 * One side's change feed.
 *
 * @param state whether it is open
 * @param kind how changes are found
 * @param lastEventAt when the last event arrived, agent's clock
 * @param reconnectAttempts failed attempts since it was last open
 * @param resumeTokenSavedAt when its position was last saved, agent's clock
 */
public record FeedStatus(
        State state,
        Kind kind,
        Optional<Instant> lastEventAt,
        int reconnectAttempts,
        Optional<Instant> resumeTokenSavedAt) {

    /** Whether a feed is open; {@link #label()} is the spelling in JSON. */
    public enum State {
        CONNECTED,
        CONNECTING,
        RECONNECTING,
        DISCONNECTED;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How changes are found. */
    public enum Kind {
        CHANGE_STREAM,
        POLLING
    }
}
