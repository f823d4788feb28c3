package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.status.EngineStatus.Flow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CanaryWatchTest {
    private static final int BEAT_SECONDS = 10;

    private final HandClock clock = new HandClock();
    private final CanaryWatch canary = new CanaryWatch(clock);

    private Flow flow() {
        return canary.status().state();
    }

    private void seconds(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        canary.judge(true);
    }

    @Test
    void knowsNothingBeforeTheFirstHeartbeatIsBack() {
        canary.send();
        seconds(6);

        assertThat(flow()).isEqualTo(Flow.UNKNOWN);
        assertThat(canary.status().lastRoundTrip()).isEmpty();
    }

    @Test
    void flowsWhileHeartbeatsComeBackSoon() {
        long number = canary.send();
        seconds(5);

        canary.back(number);

        assertThat(flow()).isEqualTo(Flow.FLOWING);
        assertThat(canary.status().lastRoundTrip()).hasValue(Duration.ofSeconds(5));
        assertThat(canary.status().lastRoundTripAt().orElseThrow().toEpochMilli())
                .isEqualTo(clock.millis());
    }

    @Test
    void isSlowNotBlindWhenRoundTripsTakeLongerThanTheNextHeartbeat() {
        int seconds = 0;
        long behind = 2; // so many heartbeats are always under way
        for (long sent = canary.send(); sent < 30; sent = canary.send()) {
            seconds(BEAT_SECONDS);
            seconds += BEAT_SECONDS;
            if (sent > behind) {
                canary.back(sent - behind);
                canary.judge(true);
                assertThat(flow()).as("after %s s", seconds).isEqualTo(Flow.SLOW);
            }
        }
        assertThat(canary.status().lastRoundTrip()).hasValue(Duration.ofSeconds((behind + 1) * BEAT_SECONDS));
    }

    @Test
    void isBlindWhenNothingComesBackHoweverManyHeartbeatsAreSent() {
        canary.back(canary.send());
        for (int beat = 0; beat < 3; beat++) {
            canary.send();
            seconds(BEAT_SECONDS);
        }
        assertThat(flow()).isEqualTo(Flow.SLOW);

        seconds(1);

        assertThat(flow()).isEqualTo(Flow.BLIND);
    }

    @Test
    void staysBlindForHoursInBoundedMemory() {
        for (int beat = 0; beat < 1_000; beat++) {
            canary.send();
            seconds(BEAT_SECONDS);
        }

        assertThat(flow()).isEqualTo(Flow.BLIND);
    }

    @Test
    void flowsAgainWhenTheNewestIsBackAndCountsTheLostOnesAsAnswered() {
        canary.send();
        canary.send();
        seconds(40);
        assertThat(flow()).isEqualTo(Flow.BLIND);
        long newest = canary.send();

        canary.back(newest);
        seconds(40);

        assertThat(flow()).isEqualTo(Flow.FLOWING);
    }

    @Test
    void ignoresAHeartbeatThatItDidNotSendOrThatIsAnsweredAlready() {
        long number = canary.send();
        canary.back(number + 7);
        assertThat(flow()).isEqualTo(Flow.UNKNOWN);
        canary.back(number);
        seconds(60);

        canary.back(number);

        assertThat(canary.status().lastRoundTrip()).hasValue(Duration.ZERO);
    }

    @Test
    void knowsNothingWhileNoHeartbeatCanComeBackAndBeginsAnewThen() {
        canary.send();
        seconds(60);
        assertThat(flow()).isEqualTo(Flow.BLIND);

        canary.judge(false);
        assertThat(flow()).isEqualTo(Flow.UNKNOWN);
        canary.judge(true);

        assertThat(flow()).isEqualTo(Flow.UNKNOWN);
    }
}
