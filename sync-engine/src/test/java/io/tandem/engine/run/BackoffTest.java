package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(2);
    /** Draws one half, which neither shortens nor lengthens a pause. */
    private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;

    private final HandClock clock = new HandClock();
    private final Backoff backoff = new Backoff(FIRST, clock, MIDDLE);

    private Duration pause(Backoff of) {
        Duration pause = Duration.ZERO;
        while (!of.isDue()) {
            clock.advance(Duration.ofMillis(100));
            pause = pause.plusMillis(100);
        }
        return pause;
    }

    @Test
    void isDueAtOnceAtFirst() {
        assertThat(backoff.isDue()).isTrue();
        assertThat(backoff.failures()).isZero();
    }

    @Test
    void doublesItsPauseWithEveryFailureUpToAMinute() {
        for (int seconds : new int[] {2, 4, 8, 16, 32, 60, 60, 60}) {
            backoff.failed();
            assertThat(pause(backoff)).isEqualTo(Duration.ofSeconds(seconds));
        }
        assertThat(backoff.failures()).isEqualTo(8);
    }

    @Test
    void neverGivesUp() {
        for (int i = 0; i < 1_000; i++) {
            backoff.failed();
        }

        assertThat(pause(backoff)).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void beginsWithTheShortestPauseAgainAfterASuccess() {
        backoff.failed();
        backoff.failed();
        backoff.succeeded();
        assertThat(backoff.isDue()).isTrue();

        backoff.failed();

        assertThat(pause(backoff)).isEqualTo(FIRST);
    }

    @Test
    void keepsALongFirstPause() {
        Backoff slow = new Backoff(Duration.ofMinutes(5), clock, MIDDLE);

        slow.failed();
        slow.failed();

        assertThat(pause(slow)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void staysWithinAQuarterOfThePauseWhateverChanceSays() {
        Backoff early = new Backoff(FIRST, clock, () -> 0);
        Backoff late = new Backoff(FIRST, clock, () -> -1);
        early.failed();
        assertThat(pause(early)).isEqualTo(Duration.ofMillis(1_500));

        late.failed();

        assertThat(pause(late)).isEqualTo(Duration.ofMillis(2_500));
    }
}
