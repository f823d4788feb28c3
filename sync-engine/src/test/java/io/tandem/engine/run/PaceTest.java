package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final Pace pace = new Pace(4);

    private void usually(long millis) {
        for (int i = 0; i < 100; i++) {
            pace.took(millis * MILLISECOND);
        }
    }

    @Test
    void letsKeysGoTogetherEvenWhenBatchesTakeNoTime() {
        assertThat(pace.spacingNanos()).isEqualTo(5 * MILLISECOND);
        usually(8);
        assertThat(pace.spacingNanos()).isEqualTo(5 * MILLISECOND);
    }

    @Test
    void spreadsTheWorkersOverTheTimeThatABatchTakes() {
        usually(100);
        assertThat(pace.spacingNanos()).isBetween(24 * MILLISECOND, 26 * MILLISECOND);
    }

    @Test
    void keepsNoKeyWaitingForLongHoweverLongABatchTakes() {
        usually(10_000);
        assertThat(pace.spacingNanos()).isEqualTo(50 * MILLISECOND);
    }

    @Test
    void forgetsAnOddBatchSoon() {
        usually(40);
        pace.took(400 * MILLISECOND);
        assertThat(pace.spacingNanos()).isBetween(15 * MILLISECOND, 20 * MILLISECOND);
        usually(40);
        assertThat(pace.spacingNanos()).isBetween(10 * MILLISECOND, 11 * MILLISECOND);
    }
}
