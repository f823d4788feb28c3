package io.tandem.engine.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a resync is.
 *
 * @param reason why it runs
 * @param collection the collection being compared
 * @param documents keys compared so far
 * @param total keys to compare, estimated
 * @param differing keys found to differ so far
 * @param perSecond keys compared per second
 * @param remaining time left at that rate; empty until it can be told
 * @param startedAt agent's clock
 */
public record ResyncProgress(
        String reason,
        String collection,
        long documents,
        long total,
        long differing,
        double perSecond,
        Optional<Duration> remaining,
        Instant startedAt) {

    /** 0 to 100; 0 before it is known how much there is. */
    public double percent() {
        return total <= 0 ? 0.0 : Math.min(100.0, 100.0 * documents / total);
    }
}
