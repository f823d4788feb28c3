package io.tandem.engine.checkpoint;

import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Saves how far each side's feed is settled: the position before which every key was reconciled or is durably known to be
 * dirty. It never saves what was merely read. Thread-safe.
 *
 * <p>This is the last step; the next change begins again at {@code watch/ChangeTail}.
 */
public final class Checkpointer {
    private final DeviceStore device;
    private final Map<Side, Position> saved = new EnumMap<>(Side.class); // guarded by this
    private final Map<Side, Long> savedAt = new EnumMap<>(Side.class); // guarded by this

    public Checkpointer(DeviceStore device) {
        this.device = device;
    }

    /** Where a side's feed goes on after a restart. Blocking. */
    public Optional<Position> load(Side side) {
        Optional<Position> position = device.position(side);
        synchronized (this) {
            position.ifPresentOrElse(p -> saved.put(side, p), () -> saved.remove(side));
        }
        return position;
    }

    /**
     * Saves a position unless it is the one saved last. Blocking.
     *
     * @return false when a saved position was removed by hand, which asks for a resync; nothing is saved then
     */
    public boolean save(Side side, Optional<Position> settled, long agentMillis) {
        boolean expectPresent;
        synchronized (this) {
            if (settled.isEmpty() || settled.get().equals(saved.get(side))) {
                return true;
            }
            expectPresent = saved.containsKey(side);
        }
        boolean done = device.savePosition(side, settled.get(), expectPresent);
        synchronized (this) {
            if (done) {
                saved.put(side, settled.get());
                savedAt.put(side, agentMillis);
            } else {
                saved.remove(side);
            }
        }
        return done;
    }

    /** Whether a position that was saved is still there; if it was removed by hand, that asks for a resync, once. Blocking. */
    public boolean isStillThere(Side side) {
        synchronized (this) {
            if (!saved.containsKey(side)) {
                return true;
            }
        }
        boolean found = device.position(side).isPresent();
        if (!found) {
            synchronized (this) {
                saved.remove(side);
            }
        }
        return found;
    }

    /** Drops a position that cannot be followed any more. Blocking. */
    public void clear(Side side) {
        device.clearPosition(side);
        synchronized (this) {
            saved.remove(side);
        }
    }

    /** When a side's position was last saved by this agent, agent's clock. */
    public synchronized Optional<Long> savedAtMillis(Side side) {
        return Optional.ofNullable(savedAt.get(side));
    }

    /** Forgets what is stored, since another agent may have changed it. */
    public synchronized void forget() {
        saved.clear();
    }
}
