package io.tandem.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A seed always leads the same way: without that, no finding could be replayed. */
class DeterminismTest {
    @Test
    void goesTheSameWayForTheSameSeed() {
        for (long seed = 0; seed < 12; seed++) {
            Run.Result first = Run.of(seed, LoopEngine::new, Sabotage.NONE, false);
            Run.Result again = Run.of(seed, LoopEngine::new, Sabotage.NONE, false);

            assertThat(again).isEqualTo(first);
        }
        assertThat(Run.of(1, LoopEngine::new, Sabotage.NONE, false).traceHash())
                .isNotEqualTo(Run.of(2, LoopEngine::new, Sabotage.NONE, false).traceHash());
    }
}
