package io.tandem.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.time.HubTime;
import io.tandem.engine.watch.ChangeTail.Place;
import io.tandem.engine.watch.FeedEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class ChangeTailTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int CAPACITY = 4;

    private final HandClock clock = new HandClock();
    private final Faults faults = new Faults();
    private final FakeFeed feed = new FakeFeed(faults);
    private final DirtyKeys queue = new DirtyKeys(CAPACITY, clock);
    private final EchoRegistry echoes = new EchoRegistry(clock);
    private final HubTime time = new HubTime(clock);
    private final Heard heard = new Heard();
    private boolean follows = true;
    private final ChangeTail tail = tailOf(Side.LOCAL);

    /** What the tail told. */
    private static final class Heard implements ChangeTail.Listener {
        private final List<String> words = new ArrayList<>();

        @Override
        public void echo(Side side) {
            words.add("echo");
        }

        @Override
        public void event(Side side) {
            words.add("event");
        }

        @Override
        public void heartbeat(long number) {
            words.add("heartbeat " + number);
        }

        @Override
        public void dropped(Side side, String collection) {
            words.add("dropped " + collection);
        }

        @Override
        public void renamed(Side side, String from, String to) {
            words.add("renamed " + from + " " + to);
        }

        @Override
        public void databaseDropped(Side side) {
            words.add("database dropped");
        }
    }

    private ChangeTail tailOf(Side side) {
        return new ChangeTail(side, queue, echoes, time, collection -> follows, heard);
    }

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    private Position writes(int id) {
        return feed.happens(Kind.WRITE, id, NOW, Optional.empty());
    }

    private Position deletes(int id) {
        return feed.happens(Kind.DELETE, id, NOW, Optional.empty());
    }

    @Test
    void isSettledToWhereItWasOpenedWhileNothingHappens() {
        tail.open(feed, Optional.empty());

        assertThat(tail.settledTo()).hasValue(FakeFeed.at(100));
    }

    @Test
    void movesOnWithAFeedThatReportsNothing() {
        tail.open(feed, Optional.empty());
        Position later = feed.idles();

        tail.poll();

        assertThat(tail.settledTo()).hasValue(later);
    }

    @Test
    void isSettledPastAChangeOnlyWhenItsKeyIsDone() {
        tail.open(feed, Optional.empty());
        Position change = writes(1);

        tail.poll();
        feed.idles();
        tail.poll();

        assertThat(tail.settledTo()).hasValue(FakeFeed.at(100));
        queue.take(1).forEach(queue::done);
        assertThat(tail.settledTo().orElseThrow()).isNotEqualTo(FakeFeed.at(100));
        assertThat(tail.read().orElseThrow()).isNotEqualTo(change);
    }

    @Test
    void isSettledUpToTheFirstKeyThatIsNotDone() {
        tail.open(feed, Optional.empty());
        Position first = writes(1);
        writes(2);
        writes(3);
        tail.poll();
        List<Work> taken = queue.take(3);

        queue.done(taken.get(2));
        assertThat(tail.settledTo()).hasValue(FakeFeed.at(100));
        queue.done(taken.get(0));

        assertThat(tail.settledTo()).hasValue(first);
    }

    @Test
    void datesALocalChangeByTheHubsClock() {
        time.remember(5_000);
        tail.open(feed, Optional.empty());
        writes(1);

        tail.poll();

        assertThat(queue.take(1).get(0).hints()).isEqualTo(Hints.local(Version.timeAt(NOW + 5_000)));
    }

    @Test
    void datesAnEditByHandOnTheHubByItsEvent() {
        ChangeTail hub = tailOf(Side.HUB);
        hub.open(feed, Optional.empty());
        deletes(1);

        hub.poll();

        assertThat(queue.take(1).get(0).hints()).isEqualTo(Hints.hub(Version.timeAt(NOW), true));
    }

    @Test
    void aDocumentSavedWithTheMetadataItHadIsNotDatedByTheEditBeforeIt() {
        ChangeTail hub = tailOf(Side.HUB);
        hub.open(feed, Optional.empty());
        writes(1);
        feed.happens(Kind.WRITE, 1, NOW + 9_000, Optional.of(new Version(7, "other")));

        hub.poll();

        Hints told = queue.take(1).get(0).hints();
        assertThat(told).isEqualTo(Hints.hubWithMeta(Version.timeAt(NOW + 9_000)));
        assertThat(told.isByHand()).as("it may as well be what an agent wrote").isFalse();
    }

    @Test
    void takesTheEventOfAnExpectedWriteForAnEchoOnce() {
        tail.open(feed, Optional.empty());
        echoes.expect(Side.LOCAL, key(1), false);
        writes(1);
        Position echo = feed.idles();
        tail.poll();
        assertThat(queue.size()).isZero();
        assertThat(tail.settledTo()).hasValue(echo);
        assertThat(heard.words).contains("echo");

        writes(1);
        tail.poll();

        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void looksAtAKeyWhenAnotherKindOfEventThanTheExpectedOneArrives() {
        tail.open(feed, Optional.empty());
        echoes.expect(Side.LOCAL, key(1), false);
        deletes(1);

        tail.poll();

        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void usesAnExpectationUpEvenWhenNobodyFollowsTheCollection() {
        tail.open(feed, Optional.empty());
        echoes.expect(Side.LOCAL, key(1), false);
        follows = false;
        writes(1);
        tail.poll();
        follows = true;

        writes(1);
        tail.poll();

        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void passesOverCollectionsThatNobodyFollows() {
        tail.open(feed, Optional.empty());
        follows = false;
        Position change = writes(1);

        tail.poll();

        assertThat(queue.size()).isZero();
        assertThat(tail.settledTo()).hasValue(change);
    }

    @Test
    void expectsNoEchoFromBeforeAFeedThatBeginsNow() {
        echoes.expect(Side.LOCAL, key(1), false);
        tail.open(feed, Optional.empty());
        writes(1);

        tail.poll();

        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void stillExpectsEchoesWhenAFeedGoesOnWhereItWas() {
        echoes.expect(Side.LOCAL, key(1), false);
        tail.open(feed, Optional.of(FakeFeed.at(50)));
        writes(1);

        tail.poll();

        assertThat(feed.openedAfter).hasValue(FakeFeed.at(50));
        assertThat(queue.size()).isZero();
    }

    @Test
    void closesWhenTheFeedFailsAndRemembersHowFarItHadRead() {
        tail.open(feed, Optional.empty());
        Position change = writes(1);
        tail.poll();
        faults.breakDown();

        assertThatThrownBy(tail::poll).isInstanceOf(SyncException.class);

        assertThat(tail.isOpen()).isFalse();
        assertThat(feed.isOpen()).isFalse();
        assertThat(tail.read()).hasValue(change);
        assertThat(tail.settledTo()).hasValue(FakeFeed.at(100));
    }

    @Test
    void keepsAnUnsettledChangeBackAcrossAReconnection() {
        tail.open(feed, Optional.empty());
        Position change = writes(1);
        tail.poll();
        tail.close();

        tail.open(feed, tail.read());
        feed.idles();
        tail.poll();

        assertThat(feed.openedAfter).hasValue(change);
        assertThat(tail.settledTo()).hasValue(FakeFeed.at(100));
    }

    @Test
    void closesAfterAnInvalidationToBeOpenedAgainAfterIt() {
        tail.open(feed, Optional.empty());
        feed.happens(Kind.DATABASE_DROPPED, 1, NOW, Optional.empty());
        Position end = feed.happens(Kind.INVALIDATED, 1, NOW, Optional.empty());

        int events = tail.poll();

        assertThat(events).isEqualTo(2);
        assertThat(tail.isOpen()).isFalse();
        assertThat(tail.read()).hasValue(end);
        assertThat(heard.words).containsExactly("database dropped");
    }

    @Test
    void tellsWhatIsNotAboutASingleKey() {
        tail.open(feed, Optional.empty());
        feed.happens(Kind.HEARTBEAT, 12, NOW, Optional.empty());
        feed.happens(Kind.DROPPED, 1, NOW, Optional.empty());
        Position last = feed.happens(Kind.RENAMED, 1, NOW, Optional.empty());

        tail.poll();

        assertThat(heard.words).containsExactly("heartbeat 12", "dropped c", "renamed c d");
        assertThat(tail.settledTo()).hasValue(last);
    }

    @Test
    void doesNotReadOnWhileTheQueueIsFull() {
        tail.open(feed, Optional.empty());
        for (int id = 0; id < CAPACITY; id++) {
            writes(id);
        }
        tail.poll();
        Position waiting = writes(9);

        assertThat(tail.poll()).isZero();

        queue.take(CAPACITY).forEach(queue::done);
        assertThat(tail.poll()).isEqualTo(1);
        assertThat(tail.read()).hasValue(waiting);
    }

    @Test
    void forgetsWhereItWasAndWhatHeldItBack() {
        tail.open(feed, Optional.empty());
        writes(1);
        tail.poll();

        tail.forget();

        assertThat(tail.read()).isEmpty();
        assertThat(tail.settledTo()).isEmpty();
        assertThat(feed.isOpen()).isFalse();
    }

    @Test
    void isNotMovedByTheTicketsOfAForgottenTime() {
        tail.open(feed, Optional.empty());
        writes(1);
        tail.poll();
        tail.forget();
        tail.open(feed, Optional.of(FakeFeed.at(200)));
        Optional<Position> before = tail.settledTo();

        queue.take(1).forEach(queue::done);

        assertThat(tail.settledTo()).isEqualTo(before);
    }

    @Test
    void hasNotPassedAPlaceBeforeItWasAskedAgain() {
        tail.open(feed, Optional.empty());
        tail.poll();

        Place place = tail.place(NOW);

        assertThat(tail.progress().hasPassed(place)).isFalse();
    }

    @Test
    void hasPassedAPlaceWhenALaterAnswerHasNothingMoreToTell() {
        tail.open(feed, Optional.empty());
        tail.poll();
        Place place = tail.place(NOW);

        tail.poll();

        assertThat(tail.progress().hasPassed(place)).isTrue();
    }

    @Test
    void hasNotPassedAPlaceWhileTheFeedStillTellsOfEarlierThings() {
        tail.open(feed, Optional.empty());
        Place place = tail.place(NOW);
        feed.happens(Kind.WRITE, 1, NOW - 10_000, Optional.empty());
        tail.poll();
        feed.happens(Kind.WRITE, 1, NOW + 1_000, Optional.empty());
        tail.poll();

        assertThat(tail.progress().hasPassed(place)).isFalse();
    }

    @Test
    void hasPassedAPlaceWhenItTellsOfSomethingThatHappenedSurelyLater() {
        tail.open(feed, Optional.empty());
        Place place = tail.place(NOW);
        feed.happens(Kind.WRITE, 1, NOW + 2_501, Optional.empty());

        tail.poll();

        assertThat(tail.progress().hasPassed(place)).isTrue();
    }

    @Test
    void doesNotPassAPlaceByAnAnswerThatFailed() {
        tail.open(feed, Optional.empty());
        Place place = tail.place(NOW);
        faults.breakDown();
        assertThatThrownBy(tail::poll).isInstanceOf(SyncException.class);
        faults.heal();

        tail.open(feed, tail.read());

        assertThat(tail.progress().hasPassed(place)).isFalse();
        tail.poll();
        assertThat(tail.progress().hasPassed(place)).isTrue();
    }

    @Test
    void asksForALookAtTheHubAsLongAsItTellsOfThePast() {
        tail.open(feed, Optional.of(FakeFeed.at(100)));
        writes(1);
        tail.poll();
        assertThat(queue.take(1).get(0).hints().onlyLocal()).isFalse();

        tail.poll(); // has nothing more to tell
        writes(2);
        tail.poll();
        assertThat(queue.take(1).get(0).hints().onlyLocal()).isTrue();
    }
}
