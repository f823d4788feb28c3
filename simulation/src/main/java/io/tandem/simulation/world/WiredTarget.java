package io.tandem.simulation.world;

import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import io.tandem.simulation.memory.MemoryDatabase;
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
    /** One call to the hub in so many has too many merging writes for one statement each. */
    private static final int CROWDED = 4;

    private final GuardedTarget memory;
    private final MemoryDatabase hub;
    private final Wire wire;
    private final SplittableRandom random;

    WiredTarget(GuardedTarget memory, MemoryDatabase hub, Wire wire, SplittableRandom random) {
        this.memory = memory;
        this.hub = hub;
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
        hide(unclear(swaps, outcomes, swap -> !swap.isMerging() && isDelete(swap)), outcomes);
        hide(unclear(swaps, outcomes, swap -> !swap.isMerging() && isReplace(swap)), outcomes);
        if (side == Side.HUB && random.nextInt(CROWDED) == 0) {
            hide(unclear(swaps, outcomes, swap -> swap.isMerging() && isDelete(swap)), outcomes);
            judgeByMetadata(unclear(swaps, outcomes, swap -> swap.isMerging() && isReplace(swap)), swaps, outcomes);
        }
        return outcomes;
    }

    private static boolean isReplace(Swap swap) {
        return swap.seen().isPresent() && swap.next().isPresent();
    }

    private static boolean isDelete(Swap swap) {
        return swap.seen().isPresent() && swap.next().isEmpty();
    }

    /** The statements of a bulk of which some found what they wanted and some did not; none when all did the same. */
    private static List<Integer> unclear(List<Swap> swaps, List<Outcome> outcomes, Predicate<Swap> counted) {
        List<Integer> judged = IntStream.range(0, swaps.size())
                .filter(i -> counted.test(swaps.get(i)) && !(outcomes.get(i) instanceof Outcome.Refused))
                .boxed()
                .toList();
        return judged.stream().map(outcomes::get).distinct().count() > 1 ? judged : List.of();
    }

    private static void hide(List<Integer> unclear, List<Outcome> outcomes) {
        unclear.forEach(i -> outcomes.set(i, Outcome.UNKNOWN));
    }

    /** As the real one does: those that show what was written took place; if they are as many as matched, the others did not. */
    private void judgeByMetadata(List<Integer> replaces, List<Swap> swaps, List<Outcome> outcomes) {
        if (replaces.isEmpty()) {
            return;
        }
        long matched = replaces.stream()
                .filter(i -> outcomes.get(i) == Outcome.APPLIED)
                .count();
        wire.pause();
        List<Integer> shown = wire.read(
                Side.HUB,
                "read-metadata",
                replaces.size(),
                () -> replaces.stream().filter(i -> isShown(swaps.get(i))).toList());
        Outcome ofOthers = shown.size() == matched ? Outcome.MISSED : Outcome.UNKNOWN;
        replaces.forEach(i -> outcomes.set(i, shown.contains(i) ? Outcome.APPLIED : ofOthers));
    }

    private boolean isShown(Swap swap) {
        return hub.find(swap.key()).flatMap(Doc::meta).equals(swap.nextMeta());
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
