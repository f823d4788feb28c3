package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Saving positions, of the device's feed. */
class PositionsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Cell cell = new Cell();
    private final Lost lost = new Lost();
    private final Checkpoints checkpoints = new Checkpoints(cell.core);
    private final FeedStep local = feed(Side.LOCAL);
    private final Step step =
            cell.upkeep(cell.hub(false)).checkpoints(checkpoints, local, feed(Side.HUB), lost, () -> true);

    /** Where the feed begins is saved at once, as by the engine. */
    private final class Lost implements FeedStep.Lost {
        private int resyncs;

        @Override
        public void resyncAll(Side side, String why) {
            resyncs++;
        }

        @Override
        public void savePosition(Side side, ChangeTail tail) {
            checkpoints.save(side, tail.settledTo());
        }
    }

    private FeedStep feed(Side side) {
        return cell.feed(side, () -> side == Side.LOCAL, () -> true, checkpoints, lost);
    }

    private void pass(Duration time) {
        cell.pass(time);
        local.run();
        step.run();
    }

    private Position saved() {
        return Optional.ofNullable(cell.device.positions.get(Side.LOCAL)).orElseThrow();
    }

    /** Opens the feed and comes to rest. */
    private void begin() {
        local.run();
        pass(SECOND);
    }

    @Test
    void aPositionThatMovesOnByItselfIsSavedNowAndThen() {
        begin();
        Position before = saved();
        int writes = cell.device.writes();

        Duration idle = Duration.ZERO;
        while (saved().equals(before) && idle.compareTo(Upkeep.STALEST.multipliedBy(2)) < 0) {
            cell.localFeed.idles();
            pass(SECOND);
            idle = idle.plus(SECOND);
        }

        assertThat(idle).isEqualTo(Upkeep.STALEST);
        assertThat(cell.device.writes()).isEqualTo(writes + 1);
    }

    @Test
    void aPositionBehindASettledChangeIsSavedWithinASecond() {
        begin();
        Position change = cell.localFeed.happens(Kind.WRITE, 1, cell.clock.millis(), Optional.empty());
        pass(SECOND);
        assertThat(saved()).as("not yet settled").isNotEqualTo(change);
        Work work = cell.core.queue.take(1).get(0);
        pass(SECOND);
        cell.core.queue.done(work);
        pass(SECOND);

        assertThat(saved()).isEqualTo(change);
        int writes = cell.device.writes();
        cell.localFeed.idles();
        pass(SECOND);
        cell.localFeed.idles();
        pass(SECOND);
        assertThat(cell.device.writes()).as("settled and saved").isLessThanOrEqualTo(writes + 1);
    }

    @Test
    void thisDevicesOwnHeartbeatIsNoReasonToSave() {
        begin();
        Position before = saved();
        cell.localFeed.happens(Kind.HEARTBEAT, 1, cell.clock.millis(), Optional.empty());
        pass(SECOND);

        assertThat(saved()).isEqualTo(before);
    }

    @Test
    void aPositionRemovedByHandIsMissedWithinASecondAlsoWhenNothingHappens() {
        begin();
        int before = lost.resyncs;
        cell.device.positions.clear();
        pass(SECOND);

        assertThat(lost.resyncs).isEqualTo(before + 1);
        pass(SECOND);
        assertThat(saved()).isEqualTo(FakeFeed.at(100));
    }
}
