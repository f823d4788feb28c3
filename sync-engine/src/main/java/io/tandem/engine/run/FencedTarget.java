package io.tandem.engine.run;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.List;

/** Writes only while the lease surely holds. Thread-safe. */
final class FencedTarget implements GuardedTarget {
    private final GuardedTarget target;
    private final Leadership leadership;

    FencedTarget(GuardedTarget target, Leadership leadership) {
        this.target = target;
        this.leadership = leadership;
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        leadership.mustHold();
        return target.swap(side, swaps);
    }

    @Override
    public List<Outcome> bury(List<Burial> burials) {
        leadership.mustHold();
        return target.bury(burials);
    }

    @Override
    public void log(List<Conflict> conflicts) {
        leadership.mustHold();
        target.log(conflicts);
    }
}
