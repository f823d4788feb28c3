package io.tandem.engine.guard;

import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds documents that bounce: written by us again and again, on alternating sides, with contents that were written before.
 * Thread-safe; remembers a bounded number of keys.
 */
public final class LoopDetector {
    private static final int KEYS = 10_000;
    private static final int BOUNCES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final Map<DocKey, Trail> trails = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<DocKey, Trail> eldest) {
                    return size() > KEYS;
                }
            };

    /** The last two writes of a key and how often they took turns. */
    private record Trail(Side side, ContentHash last, ContentHash before, int bounces, long sinceNanos) {}

    public LoopDetector(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Notes a write of ours; returns whether the key bounces. */
    public synchronized boolean isLooping(DocKey key, Side side, ContentHash content) {
        long now = ticker.nanos();
        Trail trail = trails.get(key);
        if (trail == null || now - trail.sinceNanos() > WINDOW.toNanos()) {
            trails.put(key, new Trail(side, content, ContentHash.DELETED, 0, now));
            return false;
        }
        boolean bounced = trail.side() != side && content.equals(trail.before());
        int bounces = bounced ? trail.bounces() + 1 : trail.bounces();
        trails.put(key, new Trail(side, content, trail.last(), bounces, trail.sinceNanos()));
        if (bounces >= BOUNCES) {
            trails.remove(key);
            return true;
        }
        return false;
    }
}
