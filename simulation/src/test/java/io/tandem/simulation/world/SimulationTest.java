package io.tandem.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The engine in a world that goes wrong. {@code -Dsimulation.seeds=1000000} runs a night long, {@code -Dsimulation.first=N} from
 * another seed on; {@code -Dsimulation.seed=N -Dsimulation.trace=true} replays one run and prints all of it.
 */
class SimulationTest {
    private static final int SEEDS_IN_THE_BUILD = 2_000;
    private static final int FAILURES_SHOWN = 3;

    @Test
    void keepsEveryPromiseWhateverHappens() {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            System.out.println(Run.of(one, LoopEngine::new, Sabotage.NONE, Boolean.getBoolean("simulation.trace")));
            return;
        }
        long seeds = Long.getLong("simulation.seeds", SEEDS_IN_THE_BUILD);
        long first = Long.getLong("simulation.first", 0);

        Seeds.Summary summary = Seeds.run(first, seeds, (int) Math.min(1_000, seeds), LoopEngine::new, Sabotage.NONE);

        summary.failures().stream().limit(FAILURES_SHOWN).forEach(failure -> System.out.println(failure.getMessage()));
        summary.failures()
                .forEach(failure ->
                        System.out.println("BROKEN PROMISE seed " + failure.seed() + ": " + failure.promise()));
        System.out.println(summary.runs() + " of " + seeds + " seeds kept every promise, " + summary.operations()
                + " operations, " + summary.engineWrites() + " writes of the engine");
        assertThat(summary.failures())
                .as("seeds with a broken promise, of %s", seeds)
                .isEmpty();
    }
}
