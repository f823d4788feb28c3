package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Saving how far the feeds are settled. */
class UpkeepTest {
    private static final Position SAVED = FakeFeed.at(50);

    private final Cell cell = new Cell();
    private final List<String> compared = new ArrayList<>();
    private final FeedStep.Lost lost = new FeedStep.Lost() {
        @Override
        public void resyncAll(Side side, String why) {
            compared.add(side + ": " + why);
        }

        @Override
        public void savePosition(Side side, ChangeTail tail) {}
    };
    private final Checkpoints checkpoints = new Checkpoints(cell.core);
    private final FeedStep local = feed(Side.LOCAL, true);
    private boolean noted = true;
    private final Step step =
            cell.upkeep(cell.hub(false)).checkpoints(checkpoints, local, feed(Side.HUB, false), lost, () -> noted);

    UpkeepTest() {
        cell.device.positions.put(Side.LOCAL, SAVED);
        local.run();
        assertThat(local.tail().isOpen()).isTrue();
    }

    private FeedStep feed(Side side, boolean wanted) {
        return cell.feed(side, () -> wanted, () -> true, checkpoints, lost);
    }

    private Work reported() {
        cell.localFeed.happens(Kind.WRITE, 1, cell.clock.millis(), Optional.empty());
        local.run();
        List<Work> taken = cell.core.queue.take(1);
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private void look() {
        cell.pass(Duration.ofSeconds(1));
        step.run();
    }

    private Position saved() {
        return cell.device.positions.getOrDefault(Side.LOCAL, FakeFeed.at(-1));
    }

    @Test
    void savesAPositionOnlyWhenEverythingBeforeItIsSettled() {
        look();
        Position before = saved();
        Work work = reported();
        look();
        assertThat(saved()).isEqualTo(before);

        cell.core.queue.done(work);

        look();
        assertThat(saved())
                .isNotEqualTo(before)
                .isEqualTo(local.tail().settledTo().orElseThrow());
    }

    @Test
    void savesNoPositionBeforeTheDeviceKnowsWhatWasPassedOver() {
        cell.core.queue.done(reported());
        noted = false;
        look();
        assertThat(saved()).isEqualTo(SAVED);

        noted = true;
        look();

        assertThat(saved()).isEqualTo(local.tail().settledTo().orElseThrow());
    }

    @Test
    void savesNoPositionWithoutTheLease() {
        cell.core.queue.done(reported());
        cell.leadership.lost();

        step.run();

        assertThat(saved()).isEqualTo(SAVED);
    }

    @Test
    void comparesEverythingWhenSomebodyRemovedThePosition() {
        cell.device.positions.remove(Side.LOCAL);
        cell.core.queue.done(reported());

        look();

        assertThat(compared).hasSize(1).first().asString().startsWith("LOCAL");
        assertThat(local.isCurrent()).isFalse();
        assertThat(cell.device.positions).doesNotContainKey(Side.LOCAL);
    }

    @Test
    void noticesWithinFiveSecondsThatThePositionOfAQuietFeedWasRemoved() {
        cell.core.queue.done(reported());
        look();
        look();
        cell.device.positions.remove(Side.LOCAL);

        for (int second = 0; second < Upkeep.LOOK_PAUSE.toSeconds(); second++) {
            look();
        }

        assertThat(compared).hasSize(1).first().asString().contains("removed by hand");
    }

    @Test
    void restsUntilItIsDue() {
        look();
        assertThat(step.restNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());

        cell.pass(Duration.ofMillis(400));

        assertThat(step.restNanos()).isEqualTo(Duration.ofMillis(600).toNanos());
    }
}
