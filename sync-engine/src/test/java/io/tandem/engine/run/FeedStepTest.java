package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.FeedStatus.State;
import io.tandem.engine.status.Problem;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeedStepTest {
    private static final Position SAVED = FakeFeed.at(50);

    private final Cell cell = new Cell();
    private final Notes notes = new Notes();
    private final FeedStep feed = feed(Side.LOCAL);
    private boolean wanted = true;
    private boolean mayRead = true;

    /** Notes in which order it is told, and whether a position is saved then. */
    private final class Notes implements FeedStep.Lost {
        private final List<String> told = new ArrayList<>();
        private boolean cannotBeWritten;

        @Override
        public void resyncAll(Side side, String why) {
            if (cannotBeWritten) {
                throw new SyncException(FaultCode.LOCAL_UNREACHABLE, "nothing can be noted");
            }
            told.add("compare, saved: " + cell.device.positions.containsKey(side));
        }

        @Override
        public void savePosition(Side side, ChangeTail tail) {
            told.add("save");
        }
    }

    private FeedStep feed(Side side) {
        return cell.feed(side, () -> wanted, () -> mayRead, new Checkpoints(cell.core), notes);
    }

    private int attemptsIn(Duration time) {
        int attempts = 0;
        for (long second = 0; second < time.toSeconds(); second++) {
            cell.pass(Duration.ofSeconds(1));
            attempts += feed.run() ? 1 : 0;
        }
        return attempts;
    }

    private Problem problem(FaultCode code) {
        return cell.core.problems.list().stream()
                .filter(problem -> problem.code() == code)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void goesOnAfterTheSavedPositionAndShowsAtOnceThatItTellsOfThePast() {
        cell.device.positions.put(Side.LOCAL, SAVED);

        assertThat(feed.run()).isTrue();

        assertThat(cell.localFeed.openedAfter).hasValue(SAVED);
        assertThat(feed.isCatchingUp()).isTrue();
        assertThat(notes.told).isEmpty();
        feed.run();
        assertThat(feed.isCatchingUp()).isFalse();
        assertThat(feed.status().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void beginsNowAndAsksForAComparisonBeforeAnyPositionIsSaved() {
        feed.run();

        assertThat(cell.localFeed.openedAfter).isEmpty();
        assertThat(notes.told).containsExactly("compare, saved: false", "save");
        assertThat(feed.isCatchingUp()).isFalse();
    }

    @Test
    void dropsALostPositionOnlyWhenTheComparisonIsNoted() {
        cell.device.positions.put(Side.LOCAL, SAVED);
        cell.localFeed.failToOpenWith(FaultCode.HISTORY_LOST);
        notes.cannotBeWritten = true;
        feed.run();
        assertThat(cell.device.positions).containsEntry(Side.LOCAL, SAVED);
        notes.cannotBeWritten = false;

        attemptsIn(Duration.ofMinutes(2));

        assertThat(notes.told).startsWith("compare, saved: true");
        assertThat(cell.device.positions).doesNotContainKey(Side.LOCAL);
        cell.localFeed.heal();
        attemptsIn(Duration.ofMinutes(2));
        assertThat(feed.tail().isOpen()).isTrue();
        assertThat(cell.localFeed.openedAfter).isEmpty();
    }

    @Test
    void triesAgainWithGrowingPausesAndNeverGivesUp() {
        cell.localFeed.failToOpenWith(FaultCode.NOT_AUTHORIZED);
        feed.run();
        assertThat(problem(FaultCode.NOT_AUTHORIZED).severity()).isEqualTo(Severity.WARNING);

        assertThat(attemptsIn(Duration.ofHours(1))).isBetween(45, 100);

        assertThat(problem(FaultCode.NOT_AUTHORIZED).severity()).isEqualTo(Severity.ERROR);
        assertThat(feed.status().state()).isEqualTo(State.CONNECTING);
        assertThat(feed.status().reconnectAttempts()).isGreaterThan(40);
        cell.localFeed.heal();
        attemptsIn(Duration.ofSeconds(90));
        assertThat(feed.status().state()).isEqualTo(State.CONNECTED);
        assertThat(feed.status().reconnectAttempts()).isZero();
        assertThat(cell.core.problems.list()).isEmpty();
    }

    @Test
    void letsSomeChangesComeTogetherUnlessThereAreManyAnyway() {
        feed.run();
        cell.localFeed.happens(Kind.WRITE, 1, 1_000, Optional.empty());

        assertThat(feed.run()).isTrue();

        assertThat(feed.breathNanos()).isPositive();
        cell.pass(Duration.ofMillis(5));
        assertThat(feed.breathNanos()).isNotPositive();
        for (int i = 0; i < cell.core.config.batchSize(); i++) {
            cell.localFeed.happens(Kind.WRITE, i, 2_000, Optional.empty());
        }
        assertThat(feed.run()).isTrue();
        assertThat(feed.breathNanos()).isNotPositive();
    }

    @Test
    void listensAgainAtOnceWhenTheServerHasWaitedInVain() {
        feed.run();
        assertThat(feed.run()).isFalse();

        cell.localFeed.whileAsked = () -> cell.pass(Duration.ofMillis(500));

        assertThat(feed.run()).isTrue();
    }

    @Test
    void pollsAStandaloneDevice() {
        cell.localFeed.failToOpenWith(FaultCode.STANDALONE);

        feed.run();

        assertThat(feed.isPolling()).isTrue();
        assertThat(feed.isFollowing()).isTrue();
        assertThat(feed.run()).isFalse();
        assertThat(problem(FaultCode.STANDALONE).severity()).isEqualTo(Severity.NOTICE);
    }

    @Test
    void doesNotPollAStandaloneHub() {
        cell.localFeed.failToOpenWith(FaultCode.STANDALONE);
        FeedStep hub = feed(Side.HUB);

        hub.run();

        assertThat(hub.isPolling()).isFalse();
        assertThat(hub.isFollowing()).isFalse();
        assertThat(problem(FaultCode.STANDALONE).severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void isClosedWhileItIsNotWantedAndWithoutTheLease() {
        feed.run();
        wanted = false;
        feed.run();
        assertThat(cell.localFeed.isOpen()).isFalse();
        assertThat(feed.status().state()).isEqualTo(State.DISCONNECTED);
        wanted = true;
        feed.run();
        assertThat(cell.localFeed.isOpen()).isTrue();

        cell.leadership.lost();
        feed.run();

        assertThat(cell.localFeed.isOpen()).isFalse();
        assertThat(feed.isCurrent()).isFalse();
    }

    /** Another agent may have gone on from there meanwhile. */
    @Test
    void goesOnFromWhatIsSavedAndNotFromWhereItWasAfterAnotherAgentHadTheLease() {
        feed.run();
        cell.localFeed.idles();
        feed.run();
        cell.device.positions.put(Side.LOCAL, SAVED);
        cell.leadership.lost();
        cell.pass(Duration.ofSeconds(5));

        feed.run();

        assertThat(cell.localFeed.openedAfter).hasValue(SAVED);
    }

    @Test
    void staysOpenAndTellsNothingWhileItMayNotRead() {
        feed.run();
        mayRead = false;
        cell.localFeed.happens(Kind.WRITE, 1, cell.clock.millis(), Optional.empty());

        assertThat(feed.run()).isFalse();
        assertThat(feed.tail().isOpen()).isTrue();
        assertThat(cell.core.queue.size()).isZero();

        mayRead = true;

        assertThat(feed.run()).isTrue();
        assertThat(cell.core.queue.size()).isOne();
    }
}
