package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.watch.FeedEvent.Kind;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class HistoryGateTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));
    private static final KeyStates STATES = states(1);

    private final Cell cell = new Cell();
    private final Nothing nothing = new Nothing();
    private final FeedStep feed = new FeedStep(
            cell.core,
            Side.LOCAL,
            cell.leadership,
            () -> cell.localFeed,
            () -> true,
            new Checkpoints(cell.core),
            nothing,
            nothing);
    private final HistoryGate gate = new HistoryGate(cell.core, feed, feed);

    /** Hears everything and does nothing. */
    private static final class Nothing implements FeedStep.Lost, ChangeTail.Listener {
        @Override
        public void resyncAll(Side side, String why) {}

        @Override
        public void savePosition(Side side, ChangeTail tail) {}

        @Override
        public void echo(Side side) {}

        @Override
        public void event(Side side) {}

        @Override
        public void heartbeat(long number) {}

        @Override
        public void dropped(Side side, String collection) {}

        @Override
        public void renamed(Side side, String from, String to) {}

        @Override
        public void databaseDropped(Side side) {}
    }

    private static KeyStates states(int value) {
        Doc doc = Doc.of(new BsonDocument("_id", KEY.id()).append("value", new BsonInt32(value)));
        return new KeyStates(KEY, Optional.of(doc), BaseRecord.NONE, HubState.EMPTY, Hints.NONE);
    }

    private void open() {
        feed.run();
        assertThat(feed.tail().isOpen()).isTrue();
    }

    @Test
    void waitsUntilTheFeedHasToldEverythingUpToTheReading() {
        open();
        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();
        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();

        feed.run();

        assertThat(gate.mayDecide(STATES, gate.mark())).isTrue();
    }

    @Test
    void goesOnWaitingWhileTheFeedTellsOfEarlierThings() {
        open();
        gate.mayDecide(STATES, gate.mark());
        cell.localFeed.happens(Kind.WRITE, 9, cell.clock.millis() - 60_000, Optional.empty());

        feed.run();

        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();
        feed.run();
        assertThat(gate.mayDecide(STATES, gate.mark())).isTrue();
    }

    @Test
    void waitsAgainForADocumentThatChangedMeanwhile() {
        open();
        gate.mayDecide(STATES, gate.mark());
        feed.run();

        assertThat(gate.mayDecide(states(2), gate.mark())).isFalse();

        feed.run();
        assertThat(gate.mayDecide(states(2), gate.mark())).isTrue();
    }

    @Test
    void asksAnewForEveryDecision() {
        open();
        gate.mayDecide(STATES, gate.mark());
        feed.run();
        assertThat(gate.mayDecide(STATES, gate.mark())).isTrue();

        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();
    }

    @Test
    void losesItsPatienceAfterAMinuteEvenIfTheDocumentKeepsChanging() {
        open();
        gate.mayDecide(STATES, gate.mark());
        cell.clock.advance(HistoryGate.PATIENCE);
        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();
        gate.mayDecide(states(2), gate.mark());
        cell.clock.advance(Duration.ofMillis(1));

        assertThat(gate.mayDecide(states(2), gate.mark())).isTrue();
    }

    @Test
    void doesNotWaitWhereTheDeviceIsPolled() {
        cell.localFeed.failToOpenWith(FaultCode.STANDALONE);
        feed.run();
        assertThat(feed.isPolling()).isTrue();

        assertThat(gate.mayDecide(STATES, gate.mark())).isTrue();
    }

    @Test
    void doesNotWaitWhenAFullQueueKeepsTheFeedFromBeingRead() {
        open();
        for (int id = 0; id < Core.QUEUE_CAPACITY; id++) {
            cell.core.queue.add(DocKey.of("d", new BsonInt32(id)), Hints.NONE, Lane.LIVE, Optional.empty());
        }

        assertThat(gate.mayDecide(STATES, gate.mark())).isTrue();
    }

    @Test
    void startsToWaitFromTheBeginningForAKeyItWasToldToForget() {
        open();
        gate.mayDecide(STATES, gate.mark());
        feed.run();

        gate.forget(KEY);

        assertThat(gate.mayDecide(STATES, gate.mark())).isFalse();
    }

    @Test
    void takesAKeyForPrematureWhileTheFeedStillTellsOfTheTimeBeforeThisAgent() {
        cell.device.positions.put(Side.LOCAL, FakeFeed.at(50));
        open();
        assertThat(gate.isCatchingUp()).isTrue();
        assertThat(gate.isPremature(Hints.local(5))).isTrue();
        assertThat(gate.isPremature(Hints.hub(5, false))).isFalse();

        feed.run();

        assertThat(gate.isCatchingUp()).isFalse();
        assertThat(gate.isPremature(Hints.local(5))).isFalse();
    }

    @Test
    void hasNothingToCatchUpWithOnAFeedThatBeginsNow() {
        open();

        assertThat(gate.isCatchingUp()).isFalse();
    }
}
