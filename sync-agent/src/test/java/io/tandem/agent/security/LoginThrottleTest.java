package io.tandem.agent.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private final LoginThrottle throttle = new LoginThrottle(new TestClock());

    @Test
    void tenFailuresWithinAMinuteMakeOneAddressWait() {
        for (int i = 1; i < LoginThrottle.FAILURES_MAX; i++) {
            assertThat(throttle.failed("10.0.0.1")).isFalse();
        }
        assertThat(throttle.mustWait("10.0.0.1")).isEmpty();

        assertThat(throttle.failed("10.0.0.1")).isTrue();

        assertThat(throttle.mustWait("10.0.0.1")).hasValue(LoginThrottle.WINDOW);
        assertThat(throttle.mustWait("10.0.0.2")).isEmpty();
        now = now.plus(Duration.ofSeconds(59));
        assertThat(throttle.mustWait("10.0.0.1")).hasValue(Duration.ofSeconds(1));
        now = now.plus(Duration.ofSeconds(1));
        assertThat(throttle.mustWait("10.0.0.1")).isEmpty();
        assertThat(throttle.failed("10.0.0.1")).as("counted anew").isFalse();
    }

    @Test
    void failuresFarApartDoNotAddUp() {
        for (int i = 0; i < 50; i++) {
            assertThat(throttle.failed("10.0.0.1")).isFalse();
            now = now.plus(Duration.ofSeconds(7));
            assertThat(throttle.mustWait("10.0.0.1")).isEmpty();
        }
    }

    @Test
    void manyAddressesDoNotFillTheMemory() {
        for (int i = 0; i < LoginThrottle.FAILURES_MAX; i++) {
            throttle.failed("10.0.0.1");
        }
        for (int i = 0; i < 10_000; i++) {
            throttle.failed("address-" + i);
        }

        assertThat(throttle.mustWait("10.0.0.1")).as("the oldest is forgotten").isEmpty();
    }

    private final class TestClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
