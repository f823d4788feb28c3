package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.watch.FeedEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class HistoryGateTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));
    private static final KeyStates STATES = states(1);

    private final Cell cell = new Cell();
    private final FeedStep feed = cell.feed(Side.LOCAL);
    private final HistoryGate gate = new HistoryGate(cell.core, feed, feed);

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
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();

        feed.run();

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void aKeyThatWaitsIsNotReadAgainUntilTheFeedOrAnEventTellsMore() {
        open();
        assertThat(gate.isWaiting(work(Hints.NONE), gate.told())).isFalse();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());

        assertThat(gate.isWaiting(work(Hints.NONE), gate.told())).isTrue();
        assertThat(gate.isWaiting(work(Hints.local(7)), gate.told()))
                .as("the event dates it")
                .isFalse();
        feed.run();
        assertThat(gate.isWaiting(work(Hints.NONE), gate.told())).isFalse();
    }

    @Test
    void manyWaitingKeysRestLonger() {
        open();
        long few = gate.pauseNanos(gate.told());
        for (int id = 0; id < 1_000; id++) {
            KeyStates states = new KeyStates(
                    DocKey.of("c", new BsonInt32(id)), STATES.local(), BaseRecord.NONE, HubState.EMPTY, Hints.NONE);
            gate.mayDecide(work(Hints.NONE), states, gate.place(), gate.told());
        }

        assertThat(gate.pauseNanos(gate.told())).isGreaterThan(few);
    }

    /** What a feed tells after a key was taken from the queue is not in the hints that came with the key. */
    @Test
    void doesNotCountWhatTheFeedToldOnlyAfterTheKeyWasTaken() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        HistoryGate.Told beforeTaking = gate.told();

        feed.run();

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), beforeTaking))
                .isFalse();
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void waitsForTheFeedToDateAnEditByHandThatItMayStillTellOf() {
        cell.device.positions.put(Side.LOCAL, FakeFeed.at(50));
        HistoryGate.Told closed = gate.told();
        open();
        HistoryGate.Told behind = gate.told();
        feed.run();
        HistoryGate.Told current = gate.told();
        Plan edit = new Plan.Stamp(STATES.local().orElseThrow(), new Version(1, Version.ATLAS));
        Plan delete = new Plan.Bury(new Version(2, Version.ATLAS), new Version(1, "device-1"));

        for (Plan plan : List.of(edit, delete)) {
            assertThat(gate.mayBeDatedSoon(work(Hints.NONE), plan, closed)).isTrue();
            assertThat(gate.mayBeDatedSoon(work(Hints.NONE), plan, behind)).isTrue();
            assertThat(gate.mayBeDatedSoon(work(Hints.NONE), plan, current)).isFalse();
        }
        assertThat(gate.mayBeDatedSoon(work(Hints.hub(5, false)), edit, behind))
                .as("a later edit may follow")
                .isTrue();
        assertThat(gate.mayBeDatedSoon(work(Hints.hub(5, false)), edit, current))
                .isFalse();
        cell.clock.advance(HistoryGate.PATIENCE);
        assertThat(gate.mayBeDatedSoon(work(Hints.NONE), edit, behind)).isFalse();
    }

    @Test
    void whatAnAgentMayHaveWrittenIsReadWhileTheHubsFeedStillTellsOfThePast() {
        cell.device.positions.put(Side.LOCAL, FakeFeed.at(50));
        open();
        HistoryGate.Told behind = gate.told();

        assertThat(gate.mayBeDatedLater(work(Hints.hub(5, false)), behind)).isTrue();
        assertThat(gate.mayBeDatedLater(work(Hints.hubWithMeta(5)), behind)).isFalse();
    }

    private static Work work(Hints hints) {
        return new Work(KEY, hints, List.of(), 0, 0, 1);
    }

    @Test
    void goesOnWaitingWhileTheFeedTellsOfEarlierThings() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        cell.localFeed.happens(Kind.WRITE, 9, cell.clock.millis() - 60_000, Optional.empty());

        feed.run();

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();
        feed.run();
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void waitsAgainForADocumentThatChangedMeanwhile() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        feed.run();

        assertThat(gate.mayDecide(work(Hints.NONE), states(2), gate.place(), gate.told()))
                .isFalse();

        feed.run();
        assertThat(gate.mayDecide(work(Hints.NONE), states(2), gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void asksAnewForEveryDecision() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        feed.run();
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();
    }

    @Test
    void losesItsPatienceAfterAMinuteEvenIfTheDocumentKeepsChanging() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        cell.clock.advance(HistoryGate.PATIENCE);
        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();
        gate.mayDecide(work(Hints.NONE), states(2), gate.place(), gate.told());
        cell.clock.advance(Duration.ofMillis(1));

        assertThat(gate.mayDecide(work(Hints.NONE), states(2), gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void aDocumentThatNeverRestsIsDecidedOnAfterSecondsIfTheFeedTellsOfIt() {
        open();
        feed.run();
        for (int second = 0; second <= 5; second++) {
            assertThat(gate.mayDecide(work(Hints.local(second)), states(second), gate.place(), gate.told()))
                    .as("after %s s", second)
                    .isFalse();
            cell.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(gate.mayDecide(work(Hints.NONE), states(6), gate.place(), gate.told()))
                .as("nothing dates it")
                .isFalse();
        assertThat(gate.mayDecide(work(Hints.local(7)), states(7), gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void doesNotWaitWhereTheDeviceIsPolled() {
        cell.localFeed.failToOpenWith(FaultCode.STANDALONE);
        feed.run();
        assertThat(feed.isPolling()).isTrue();

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void doesNotWaitWhenAFullQueueKeepsTheFeedFromBeingRead() {
        open();
        for (int id = 0; id < Core.QUEUE_CAPACITY; id++) {
            cell.core.queue.add(DocKey.of("d", new BsonInt32(id)), Hints.NONE, Lane.LIVE, Optional.empty());
        }

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isTrue();
    }

    @Test
    void startsToWaitFromTheBeginningForAKeyItWasToldToForget() {
        open();
        gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told());
        feed.run();

        gate.forget(KEY);

        assertThat(gate.mayDecide(work(Hints.NONE), STATES, gate.place(), gate.told()))
                .isFalse();
    }

    @Test
    void takesAKeyForPrematureWhileTheFeedStillTellsOfTheTimeBeforeThisAgent() {
        cell.device.positions.put(Side.LOCAL, FakeFeed.at(50));
        open();
        assertThat(gate.told().catchingUp()).isTrue();
        assertThat(gate.isPremature(Hints.local(5), gate.told())).isTrue();
        assertThat(gate.isPremature(Hints.hub(5, false), gate.told())).isFalse();

        feed.run();

        assertThat(gate.told().catchingUp()).isFalse();
        assertThat(gate.isPremature(Hints.local(5), gate.told())).isFalse();
    }

    @Test
    void hasNothingToCatchUpWithOnAFeedThatBeginsNow() {
        open();

        assertThat(gate.told().catchingUp()).isFalse();
    }
}
