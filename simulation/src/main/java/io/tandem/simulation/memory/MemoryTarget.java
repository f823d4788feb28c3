package io.tandem.simulation.memory;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.List;

/** Writes to both sides. */
public final class MemoryTarget implements GuardedTarget {
    private final MemoryDatabase local;
    private final MemoryHub hub;
    private final String device;

    /** @param device the name that conflict log entries get */
    public MemoryTarget(MemoryDatabase local, MemoryHub hub, String device) {
        this.local = local;
        this.hub = hub;
        this.device = device;
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        MemoryDatabase database = side == Side.LOCAL ? local : hub.database();
        return swaps.stream().map(database::swap).toList();
    }

    @Override
    public List<Outcome> bury(List<Burial> burials) {
        return burials.stream()
                .map(burial -> hub.bury(burial.key(), burial.tombstone()))
                .toList();
    }

    @Override
    public void log(List<Conflict> conflicts) {
        conflicts.forEach(conflict -> hub.log(conflict, device));
    }
}
