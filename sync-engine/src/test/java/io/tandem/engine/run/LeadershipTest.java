package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final Cell cell = new Cell();
    private final List<Long> takenOver = new ArrayList<>();
    private int stoodBy;
    private boolean unreadable;
    private final Leadership second = new Leadership(cell.core, "second", new Leadership.Bootstrap() {
        @Override
        public void takeOver(long fence) {
            if (unreadable) {
                throw new SyncException(FaultCode.LOCAL_UNREACHABLE, "nothing can be read");
            }
            takenOver.add(fence);
        }

        @Override
        public void standBy() {
            stoodBy++;
        }
    });

    private void runLater(Leadership leadership) {
        cell.clock.advance(Duration.ofSeconds(3));
        leadership.run();
    }

    private static void assertMayNotWrite(Leadership leadership) {
        assertThat(leadership.isReady()).isFalse();
        assertThatThrownBy(leadership::mustHold)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.FENCED));
    }

    @Test
    void standsByWhileAnotherHasTheLeaseAndLooksAtOnce() {
        second.run();

        assertMayNotWrite(second);
        assertThat(second.holdsLease()).isFalse();
        assertThat(stoodBy).isEqualTo(1);
        assertThat(takenOver).isEmpty();
    }

    @Test
    void takesOverOnlyWhenTheLeaseHasEndedByTheServersClock() {
        second.run();
        cell.clock.advance(Duration.ofDays(1)); // the agent's own clock says nothing
        second.run();
        cell.device.server.advance(Leadership.LEASE.minusMillis(1));
        runLater(second);
        assertMayNotWrite(second);

        cell.device.server.advance(Duration.ofMillis(1));
        runLater(second);

        assertThat(second.isReady()).isTrue();
        assertThat(takenOver).containsExactly(2L);
    }

    @Test
    void takesOverAtOnceFromOneThatGivesTheLeaseBack() {
        second.run();
        cell.leadership.release();
        assertMayNotWrite(cell.leadership);

        runLater(second);

        assertThat(second.isReady()).isTrue();
    }

    @Test
    void writesNothingMoreWhenItsLeaseMayHaveEnded() {
        cell.clock.advance(Leadership.LEASE.minus(MARGIN).minusNanos(1));
        assertThatCode(cell.leadership::mustHold).doesNotThrowAnyException();

        cell.clock.advance(Duration.ofNanos(1));

        assertMayNotWrite(cell.leadership);
        cell.leadership.run();
        assertThatCode(cell.leadership::mustHold).doesNotThrowAnyException();
    }

    @Test
    void goesOnWithoutReadingAnythingAgainWhenNobodyHadTheLeaseMeanwhile() {
        int term = cell.leadership.term();
        cell.clock.advance(Duration.ofHours(1));
        cell.device.server.advance(Duration.ofHours(1));

        cell.leadership.run();

        assertThat(cell.leadership.isReady()).isTrue();
        assertThat(cell.leadership.term()).isEqualTo(term);
    }

    /** What it knew before is void, although it never noticed that its lease had ended. */
    @Test
    void readsEverythingAgainWhenSomebodyElseHadTheLeaseMeanwhile() {
        cell.leadership.release();
        second.run();
        assertThat(takenOver).containsExactly(2L);
        int term = second.term();
        cell.device.server.advance(Leadership.LEASE);
        assertThat(cell.device.acquire("third", Leadership.LEASE).fence()).isEqualTo(3);
        cell.device.release("third");

        runLater(second);

        assertThat(takenOver).containsExactly(2L, 4L);
        assertThat(second.term()).isEqualTo(term + 1);
        assertThat(second.isReady()).isTrue();
    }

    @Test
    void losesTheLeaseToOneThatTookItWhileItSlept() {
        cell.device.server.advance(Leadership.LEASE);
        second.run();
        assertThat(second.isReady()).isTrue();

        runLater(cell.leadership);

        assertMayNotWrite(cell.leadership);
    }

    @Test
    void isNotReadyBeforeEverythingWasRead() {
        cell.leadership.release();
        unreadable = true;
        second.run();
        assertThat(second.isReady()).isFalse();
        assertThat(cell.core.problems.isRaised(FaultCode.LOCAL_UNREACHABLE, "local"))
                .isTrue();
        unreadable = false;

        runLater(second);

        assertThat(second.isReady()).isTrue();
        assertThat(cell.core.problems.isRaised(FaultCode.LOCAL_UNREACHABLE, "local"))
                .isFalse();
    }

    @Test
    void triesAgainWithGrowingPausesWhileTheLocalDatabaseIsAway() {
        cell.faults.breakDown();
        int asked = 0;
        for (int second = 0; second < 600; second++) {
            cell.clock.advance(Duration.ofSeconds(1));
            asked += cell.leadership.run() ? 1 : 0;
        }
        assertThat(asked).isBetween(8, 25);
        assertMayNotWrite(cell.leadership);
        cell.faults.heal();

        cell.pass(Duration.ofMinutes(2));

        assertThat(cell.leadership.isReady()).isTrue();
    }
}
