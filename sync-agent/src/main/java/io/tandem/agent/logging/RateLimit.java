package io.tandem.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Keeps a fault that repeats from filling the disk: of one log statement at most {@value #LINES_A_SECOND} lines are written until
 * {@link #everySecond} is called, the others are counted and summed up then. Any thread.
 *
 * <p>A statement is known by its logger and its constant text. The logger {@code tandem} is left alone: {@link ActivityLog} counts for itself.
 */
final class RateLimit extends TurboFilter {
    static final int LINES_A_SECOND = 10;

    /** Beyond it all further statements of a second share one count; there are far fewer in the code. */
    private static final int STATEMENTS_MAX = 1_000;

    private static final long FORGOTTEN_NANOS = 5_000_000_000L;

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ActivityLog.LOGGER);

    /** Guarded by itself: lines of each statement in this second. */
    private final Map<String, Integer> lines = new HashMap<>();

    /** Guarded by lines. */
    private long countedSinceNanos = System.nanoTime();

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        boolean counts = format != null
                && level.isGreaterOrEqual(logger.getEffectiveLevel())
                && !logger.getName().equals(ActivityLog.LOGGER);
        return counts && !mayWrite(logger.getName() + ": " + format) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private boolean mayWrite(String statement) {
        synchronized (lines) {
            if (System.nanoTime() - countedSinceNanos > FORGOTTEN_NANOS) {
                // Nobody sums up: before the agent runs, after it stopped, or when its ticker is stuck.
                everySecond();
            }
            String counted = lines.size() < STATEMENTS_MAX || lines.containsKey(statement) ? statement : "others";
            return lines.merge(counted, 1, Integer::sum) <= LINES_A_SECOND;
        }
    }

    /** Writes what was left out since the last call, and counts anew. */
    void everySecond() {
        Map<String, Integer> before;
        synchronized (lines) {
            before = new HashMap<>(lines);
            lines.clear();
            countedSinceNanos = System.nanoTime();
        }
        before.forEach((statement, count) -> {
            if (count > LINES_A_SECOND) {
                LOG.warn("{} more lines within a second were left out: {}", count - LINES_A_SECOND, statement);
            }
        });
    }
}
