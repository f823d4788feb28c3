package io.tandem.simulation.world;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Guarded writes over a {@link Wire}. The writes of one call take effect one by one; the call may fail between them. */
final class WiredTarget implements GuardedTarget {
    private final GuardedTarget memory;
    private final Wire wire;

    WiredTarget(GuardedTarget memory, Wire wire) {
        this.memory = memory;
        this.wire = wire;
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        return each(
                side,
                side == Side.LOCAL ? "swap-local" : "swap-hub",
                swaps,
                Swap::key,
                swap -> memory.swap(side, List.of(swap)));
    }

    @Override
    public List<Outcome> bury(List<Burial> burials) {
        return each(Side.HUB, "bury", burials, Burial::key, burial -> memory.bury(List.of(burial)));
    }

    @Override
    public void log(List<Conflict> conflicts) {
        each(Side.HUB, "log-conflict", conflicts, Conflict::key, conflict -> {
            memory.log(List.of(conflict));
            return List.of(Outcome.APPLIED);
        });
    }

    private <T> List<Outcome> each(
            Side side, String what, List<T> writes, Function<T, DocKey> key, Function<T, List<Outcome>> write) {
        List<Outcome> outcomes = new ArrayList<>();
        for (T one : writes) {
            wire.pause();
            outcomes.addAll(wire.write(side, what, key.apply(one), () -> write.apply(one)));
        }
        return outcomes;
    }
}
