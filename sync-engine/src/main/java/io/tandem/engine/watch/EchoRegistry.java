package io.tandem.engine.watch;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Our own writes whose events are still to come, so that these cost no reads. Thread-safe.
 *
 * <p>An expectation is noted before the write, withdrawn when the write did not take place, and used up by the next event of
 * its key. That is sound even if that event is somebody else's: a guarded write took place only because the document was as
 * it had been read, so a foreign event before ours reports a state that was read, and ours is then what makes the key be
 * looked at; a foreign event after ours finds the expectation used up. An event of the other kind withdraws it. What is
 * forgotten costs a look, nothing else.
 */
public final class EchoRegistry {
    private static final int LIMIT = 100_000;

    private record Expected(boolean delete, long sinceNanos) {}

    private final Ticker ticker;
    private final Map<Side, Map<DocKey, Expected>> expected = new EnumMap<>(Side.class); // guarded by this

    public EchoRegistry(Ticker ticker) {
        this.ticker = ticker;
        for (Side side : Side.values()) {
            expected.put(side, new HashMap<>());
        }
    }

    /** A write is about to be made. */
    public synchronized void expect(Side side, DocKey key, boolean delete) {
        Map<DocKey, Expected> ours = of(side);
        if (ours.size() < LIMIT) {
            ours.put(key, new Expected(delete, ticker.nanos()));
        }
    }

    /** It did not take place, or nobody knows. */
    public synchronized void withdraw(Side side, DocKey key) {
        of(side).remove(key);
    }

    /** Whether an event that has just arrived is the echo of a write of ours. */
    public synchronized boolean isEcho(Side side, DocKey key, boolean delete) {
        Expected echo = of(side).remove(key);
        return echo != null && echo.delete() == delete;
    }

    /** Forgets what has been expected for longer than {@code age}. */
    public synchronized void cleanUp(Duration age) {
        long oldest = ticker.nanos() - age.toNanos();
        expected.values().forEach(ours -> ours.values().removeIf(e -> e.sinceNanos() - oldest < 0));
    }

    /** Forgets a side's expectations, after its history was lost. */
    public synchronized void forget(Side side) {
        of(side).clear();
    }

    private Map<DocKey, Expected> of(Side side) {
        Map<DocKey, Expected> ours = expected.get(side);
        if (ours == null) {
            throw new IllegalStateException("no expectations for " + side);
        }
        return ours;
    }
}
