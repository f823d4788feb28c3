package io.tandem.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every broken engine is found out. A survivor means that the simulation has gone blind in that place. */
class MutantTest {
    private static final long SEEDS = 2_000;
    private static final int CHUNK = 20;

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isFoundOut(Mutant mutant) {
        Optional<Run.Failure> failure = firstKill(mutant);

        assertThat(failure).as("%s survives %s seeds", mutant, SEEDS).isPresent();
        System.out.println(mutant + " is killed by seed " + failure.get().seed() + ": "
                + failure.get().promise().lines().findFirst().orElse(""));
    }

    /** The first seed that the honest engine survives and the mutant does not. */
    private static Optional<Run.Failure> firstKill(Mutant mutant) {
        for (long first = 0; first < SEEDS; first += CHUNK) {
            for (Run.Failure failure :
                    Seeds.run(first, CHUNK, CHUNK, LoopEngine::new, mutant).failures()) {
                if (Seeds.firstFailure(failure.seed(), 1, LoopEngine::new, Sabotage.NONE)
                        .isEmpty()) {
                    return Optional.of(failure);
                }
            }
        }
        return Optional.empty();
    }
}
