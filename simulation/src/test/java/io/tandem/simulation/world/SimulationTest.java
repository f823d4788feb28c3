package io.tandem.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The engine in a world that goes wrong. {@code -Dsimulation.seeds=1000000} runs a night long, {@code -Dsimulation.first=N} from
 * another seed on; {@code -Dsimulation.seed=N -Dsimulation.trace=true} replays one run and prints all of it.
 */
class SimulationTest {
    private static final int SEEDS_IN_THE_BUILD = 2_000;
    private static final int FAILURES_SHOWN = 3;
    private static final int FAILURES_MAX = 1_000;
    private static final long SEEDS_A_LINE = 10_000;

    @Test
    void keepsEveryPromiseWhateverHappens() {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            System.out.println(Run.of(one, LoopEngine::new, Sabotage.NONE, Boolean.getBoolean("simulation.trace")));
            return;
        }
        long seeds = Long.getLong("simulation.seeds", SEEDS_IN_THE_BUILD);
        long first = Long.getLong("simulation.first", 0);

        List<Long> broken = new ArrayList<>();
        for (long begin = first; begin < first + seeds; begin += SEEDS_A_LINE) {
            long count = Math.min(SEEDS_A_LINE, first + seeds - begin);
            Seeds.Summary summary = Seeds.run(begin, count, FAILURES_MAX, LoopEngine::new, Sabotage.NONE);
            report(summary, count, begin);
            summary.failures().forEach(failure -> broken.add(failure.seed()));
        }
        assertThat(broken).as("seeds with a broken promise, of %s", seeds).isEmpty();
    }

    /** Line by line, so that a long run that is interrupted has shown what it found. */
    private static void report(Seeds.Summary summary, long count, long begin) {
        summary.failures().stream().limit(FAILURES_SHOWN).forEach(failure -> System.out.println(failure.getMessage()));
        summary.failures()
                .forEach(failure ->
                        System.out.println("BROKEN PROMISE seed " + failure.seed() + ": " + failure.promise()));
        System.out.println(summary.runs() + " of " + count + " seeds from " + begin + " on kept every promise, "
                + summary.operations() + " operations, " + summary.engineWrites() + " writes of the engine");
    }
}
