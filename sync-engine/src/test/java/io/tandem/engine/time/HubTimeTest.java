package io.tandem.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.ClockProbe.Sample;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HubTimeTest {
    private static final long NOW = 1_700_000_000_000L;

    private final HandClock clock = new HandClock();
    private final HubTime time = new HubTime(clock);

    /** A server answers, with so much between its clock and what it says because of the way there and back. */
    private void answers(Side side, long serverMillis, long roundTripMillis) {
        time.learn(side, new Sample(serverMillis, clock.millis(), roundTripMillis * 1_000_000));
    }

    @Test
    void takesTheAgentsClockUntilAServerWasAsked() {
        assertThat(time.localNowMillis()).isEqualTo(clock.millis());
        assertThat(time.nowMillis()).isEqualTo(clock.millis());
        assertThat(time.isOffsetKnown()).isFalse();
        assertThat(time.deviceAhead()).isEmpty();
    }

    @Test
    void knowsTheOffsetOnlyOnceBothWereAsked() {
        answers(Side.HUB, NOW + 5_000, 0);
        assertThat(time.isOffsetKnown()).isFalse();
        assertThat(time.deviceAhead()).isEmpty();

        answers(Side.LOCAL, NOW, 0);

        assertThat(time.isOffsetKnown()).isTrue();
        assertThat(time.offsetMillis()).isEqualTo(5_000);
        assertThat(time.deviceAhead()).hasValue(Duration.ofSeconds(-5));
        assertThat(time.fromLocal(NOW + 7)).isEqualTo(NOW + 5_007);
    }

    @Test
    void knowsNoOffsetWhenOnlyTheDeviceWasAsked() {
        answers(Side.LOCAL, NOW, 0);

        assertThat(time.isOffsetKnown()).isFalse();
    }

    @Test
    void addsHalfTheRoundTrip() {
        answers(Side.HUB, NOW, 200);

        assertThat(time.nowMillis()).isEqualTo(NOW + 100);
    }

    @Test
    void believesTheAnswerWithTheShortestRoundTrip() {
        answers(Side.HUB, NOW, 10);
        clock.advance(Duration.ofSeconds(10));
        answers(Side.HUB, NOW + 10_700, 900);

        assertThat(time.nowMillis()).isEqualTo(NOW + 10_005);
    }

    @Test
    void forgetsAShortRoundTripAfterAWhileSoThatDriftIsSeen() {
        answers(Side.HUB, NOW, 10);
        for (int i = 1; i <= 8; i++) {
            clock.advance(Duration.ofSeconds(10));
            answers(Side.HUB, NOW + i * 10_010L, 20); // this clock runs one thousandth fast
        }

        assertThat(time.nowMillis()).isEqualTo(NOW + 10_010 + 70_000 + 10);
    }

    @Test
    void runsBySteadyTimeBetweenSamples() {
        answers(Side.HUB, NOW, 0);
        clock.setWallClock(1);

        clock.advance(Duration.ofSeconds(3));

        assertThat(time.nowMillis()).isEqualTo(NOW + 3_000);
    }

    @Test
    void dropsWhatItKnewWhenAServersClockWasSet() {
        answers(Side.HUB, NOW, 2);
        clock.advance(Duration.ofSeconds(10));

        answers(Side.HUB, NOW + 10_000 - 3_600_000, 50);

        assertThat(time.nowMillis()).isEqualTo(NOW + 10_000 - 3_600_000 + 25);
    }

    @Test
    void doesNotTakeASlowAnswerForAClockThatWasSet() {
        answers(Side.HUB, NOW, 2);
        clock.advance(Duration.ofSeconds(10));

        answers(Side.HUB, NOW + 10_000 + 3_000, 2_500);

        assertThat(time.nowMillis()).isEqualTo(NOW + 10_001);
    }

    @Test
    void usesTheOffsetOfAnEarlierLifeWhileTheHubIsAway() {
        time.remember(5_000);
        answers(Side.LOCAL, NOW, 0);

        assertThat(time.isOffsetKnown()).isTrue();
        assertThat(time.nowMillis()).isEqualTo(NOW + 5_000);
        assertThat(time.fromLocal(NOW)).isEqualTo(NOW + 5_000);
    }

    @Test
    void replacesTheOffsetOfAnEarlierLifeByAMeasuredOne() {
        time.remember(5_000);
        answers(Side.LOCAL, NOW, 0);

        answers(Side.HUB, NOW + 100, 0);

        assertThat(time.offsetMillis()).isEqualTo(100);
    }

    @Test
    void followsADeviceWhoseClockIsSet() {
        answers(Side.HUB, NOW, 0);
        answers(Side.LOCAL, NOW, 0);

        answers(Side.LOCAL, NOW + 60_000, 0);

        assertThat(time.offsetMillis()).isEqualTo(-60_000);
        assertThat(time.deviceAhead()).hasValue(Duration.ofMinutes(1));
    }
}
