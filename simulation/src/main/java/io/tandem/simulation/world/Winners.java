package io.tandem.simulation.world;

import io.tandem.engine.model.DocKey;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Under last-write-wins the latest write of all survives, unless another one was made within the error of the clocks. */
final class Winners {
    /** Round trips of up to a second make the measured offsets wrong by half of that. */
    private static final long CLOCK_ERROR_MICROS = 2_000_000;

    private final World world;

    Winners(World world) {
        this.world = world;
    }

    void check() {
        Set<DocKey> keys = new HashSet<>();
        world.journal().nodes().forEach(node -> keys.add(node.key));
        keys.stream().filter(key -> key.collection().equals(World.NOTES)).forEach(this::check);
    }

    private void check(DocKey key) {
        // A change is dated by the latest event of its document that the feed has reported, so a slow feed dates it too
        // early.
        long late = world.scenario().feedDelayMillis() * 1000;
        long coarse = world.scenario().wholeSeconds() ? 1_000_000 : 0;
        long cold = world.scenario().coldMillis() * 1000;
        long tolerance = CLOCK_ERROR_MICROS + late + coarse + cold;
        Journal.Node last = world.journal().current(world.sites().size(), key);
        if (last == null) {
            return;
        }
        boolean dated = world.journal().nodes().stream().noneMatch(node -> node.key.equals(key) && node.undated);
        if (!dated) {
            return;
        }
        BitSet included = world.journal().including(last);
        long survived = world.journal().nodes().stream()
                .filter(node -> node.application && included.get(node.id))
                .mapToLong(node -> node.micros)
                .max()
                .orElse(0);
        for (Journal.Node node : world.journal().nodes()) {
            boolean later = node.application
                    && node.key.equals(key)
                    && !included.get(node.id)
                    && !node.hash.isDeleted() // equal deletes become one, with the time of the first that arrives
                    && (node.travelled || node.logged)
                    && !world.journal().isUndone(node)
                    && node.pushedMicros - node.micros > late // or else it may have been dated by the change before it
                    && node.micros > survived + tolerance;
            if (later) {
                throw new AssertionError("the wrong one won: " + node + " is later than " + last);
            }
        }
    }
}
