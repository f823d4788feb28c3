package io.tandem.engine.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeleteGuardTest {
    private static final int PERCENT = 30;
    private static final int MIN = 50;

    private final HandClock clock = new HandClock();
    private final DeleteGuard guard = new DeleteGuard(PERCENT, MIN, clock);
    private long agreed = 1_000;
    private long local = 1_000;
    private long hub = 1_000;

    private final DeleteGuard.Census census = new DeleteGuard.Census() {
        @Override
        public long agreed(String collection) {
            return agreed;
        }

        @Override
        public long present(Side side, String collection) {
            return side == Side.LOCAL ? local : hub;
        }
    };

    private Optional<Held> check(Side towards) {
        return guard.check("c", towards, census);
    }

    @Test
    void letsAShareUpToTheLimitPass() {
        local = 700;

        assertThat(check(Side.HUB)).isEmpty();
    }

    @Test
    void holdsMoreThanTheLimit() {
        local = 699;

        assertThat(check(Side.HUB)).hasValue(new Held(Side.HUB, 1_000, 301));
    }

    @Test
    void looksAtTheSideThatTheDeletesComeFrom() {
        local = 0;

        assertThat(check(Side.LOCAL)).isEmpty();
        hub = 0;
        assertThat(check(Side.LOCAL)).hasValue(new Held(Side.LOCAL, 1_000, 1_000));
    }

    @Test
    void doesNotLookAtSmallCollections() {
        agreed = MIN;
        local = 0;

        assertThat(check(Side.HUB)).isEmpty();
        agreed = MIN + 1;
        assertThat(check(Side.HUB)).isPresent();
    }

    @Test
    void neverHoldsACollectionThatTurnsOverQuickly() {
        for (int second = 0; second < 300; second++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(check(Side.HUB)).isEmpty(); // a hundred deletes and a hundred inserts since
        }
    }

    @Test
    void seesDeletesThatTrickleWithinAMinute() {
        check(Side.HUB);
        clock.advance(Duration.ofSeconds(59));
        agreed = 720;
        local = 690;

        assertThat(check(Side.HUB)).hasValue(new Held(Side.HUB, 1_000, 310));
    }

    @Test
    void takesASlowDeclineForWhatItIs() {
        for (int minute = 0; minute < 10; minute++) {
            assertThat(check(Side.HUB)).isEmpty();
            clock.advance(Duration.ofSeconds(61));
            agreed -= 90;
            local = agreed;
        }
    }

    @Test
    void measuresByTheMostThatWasThereWithinTheMinute() {
        check(Side.HUB);
        agreed = 2_000;
        local = 2_000;
        check(Side.HUB);
        agreed = 1_300;
        local = 1_300;

        assertThat(check(Side.HUB)).hasValue(new Held(Side.HUB, 2_000, 700));
    }

    @Test
    void letsEverythingPassOnceAPersonApprovedUntilThePassIsOver() {
        local = 0;
        guard.lift("c");
        assertThat(check(Side.HUB)).isEmpty();
        assertThat(guard.isLifted("c")).isTrue();
        assertThat(guard.isLifted("d")).isFalse();

        guard.restore("c");

        assertThat(guard.isLifted("c")).isFalse();
        assertThat(check(Side.HUB)).isPresent();
    }

    @Test
    void beginsToCountAnewAfterAnApprovedPass() {
        check(Side.HUB);
        guard.lift("c");
        agreed = 100;
        local = 100;

        guard.restore("c");

        assertThat(check(Side.HUB)).isEmpty();
    }

    @Test
    void judgesAScanByTheSameLimits() {
        assertThat(guard.isUnusual(1_000, 300)).isFalse();
        assertThat(guard.isUnusual(1_000, 301)).isTrue();
        assertThat(guard.isUnusual(MIN, MIN)).isFalse();
        assertThat(guard.isUnusual(MIN + 1, MIN + 1)).isTrue();
    }
}
