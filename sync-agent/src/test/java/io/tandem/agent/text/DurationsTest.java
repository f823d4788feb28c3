package io.tandem.agent.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void plainNumbersAreMilliseconds() {
        assertThat(Durations.parse("5000")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Durations.parse("5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Durations.parse(" 10M ")).isEqualTo(Duration.ofMinutes(10));
        assertThat(Durations.parse("2 h")).isEqualTo(Duration.ofHours(2));
        assertThat(Durations.parse("1d")).isEqualTo(Duration.ofDays(1));
        assertThat(Durations.parse("250ms")).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void everythingElseIsRefused() {
        for (String wrong : List.of("", "-5", "5 s m", "1.5s", "s", "5w", "999999999999999d", "\u0665s")) {
            assertThatThrownBy(() -> Durations.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("time");
        }
    }

    @Test
    void wordsHaveTwoUnitsAtMost() {
        assertThat(Durations.words(Duration.ofMillis(250))).isEqualTo("250 ms");
        assertThat(Durations.words(Duration.ofSeconds(90))).isEqualTo("90 s");
        assertThat(Durations.words(Duration.ofMinutes(12))).isEqualTo("12 min");
        assertThat(Durations.words(Duration.ofMinutes(200))).isEqualTo("3 h 20 min");
        assertThat(Durations.words(Duration.ofHours(52))).isEqualTo("2 d 4 h");
        assertThat(Durations.words(Duration.ofHours(-52))).isEqualTo("-2 d 4 h");
    }
}
