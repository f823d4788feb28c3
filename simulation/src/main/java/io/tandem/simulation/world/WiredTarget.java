package io.tandem.simulation.world;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Guarded writes over a {@link Wire}. The writes of one call take effect one by one; the call may fail between them. Of those that
 * a server takes as one bulk it tells only how many found what they had to replace, or to delete.
 */
final class WiredTarget implements GuardedTarget {
    /** One call in so many has too many merging writes for one statement each. */
    private static final int CROWDED = 4;

    private final GuardedTarget memory;
    private final Wire wire;
    private final SplittableRandom random;

    WiredTarget(GuardedTarget memory, Wire wire, SplittableRandom random) {
        this.memory = memory;
        this.wire = wire;
        this.random = random;
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        List<Outcome> outcomes = each(
                side,
                side == Side.LOCAL ? "swap-local" : "swap-hub",
                swaps,
                Swap::key,
                swap -> memory.swap(side, List.of(swap)));
        boolean crowded = random.nextInt(CROWDED) == 0;
        Predicate<Swap> bulky = swap -> swap.seen().isPresent() && (crowded || !swap.isMerging());
        hide(swaps, outcomes, bulky.and(swap -> swap.next().isPresent()));
        hide(swaps, outcomes, bulky.and(swap -> swap.next().isEmpty()));
        return outcomes;
    }

    /** When some of them found what they wanted and some did not, nobody is told which. */
    private static void hide(List<Swap> swaps, List<Outcome> outcomes, Predicate<Swap> counted) {
        List<Integer> judged = IntStream.range(0, swaps.size())
                .filter(i -> counted.test(swaps.get(i)) && !(outcomes.get(i) instanceof Outcome.Refused))
                .boxed()
                .toList();
        boolean alike = judged.stream().map(outcomes::get).distinct().count() <= 1;
        if (!alike) {
            judged.forEach(i -> outcomes.set(i, Outcome.UNKNOWN));
        }
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
