package io.tandem.engine.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class DirtyKeysTest {
    private static final long SECOND = 1_000_000_000L;

    private final HandClock clock = new HandClock();
    private final DirtyKeys queue = new DirtyKeys(10, clock);

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    private void add(int id, Lane lane) {
        queue.add(key(id), Hints.NONE, lane, Optional.empty());
    }

    private Work takeOne() {
        List<Work> taken = queue.take(1);
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private List<DocKey> takeAll() {
        return queue.take(100).stream().map(Work::key).toList();
    }

    @Test
    void aClaimedKeyWaitsUntilItIsFree() {
        queue.add(key(1), Hints.local(5), Lane.LIVE, Optional.empty());
        Work claimed = queue.claim(key(1)).orElseThrow();
        assertThat(queue.claim(key(1))).isEmpty();
        assertThat(queue.take(10)).isEmpty();
        queue.add(key(1), Hints.local(6), Lane.LIVE, Optional.empty());
        assertThat(queue.take(10)).isEmpty();

        queue.done(claimed);

        assertThat(queue.take(10)).extracting(Work::hints).containsExactly(Hints.local(6));
        assertThat(queue.claim(key(2)).orElseThrow().hints()).isEqualTo(Hints.NONE);
    }

    @Test
    void holdsAKeyOnceHoweverOftenItIsAdded() {
        add(1, Lane.LIVE);
        add(1, Lane.LIVE);
        add(1, Lane.BACKGROUND);

        assertThat(queue.size()).isEqualTo(1);
        assertThat(takeAll()).containsExactly(key(1));
        assertThat(queue.take(1)).isEmpty();
    }

    @Test
    void mergesTheHintsOfAllWhoReportedAKey() {
        queue.add(key(1), Hints.local(20), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.hub(30, true), Lane.LIVE, Optional.empty());

        Hints hints = takeOne().hints();

        assertThat(hints.localTime()).hasValue(20);
        assertThat(hints.hubTime()).hasValue(30);
        assertThat(hints.hubDelete()).isTrue();
        assertThat(hints.onlyLocal()).isFalse();
    }

    @Test
    void saysOnlyLocalWhenNobodyElseReportedTheKey() {
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.local(20), Lane.LIVE, Optional.empty());

        assertThat(takeOne().hints().onlyLocal()).isTrue();
    }

    @Test
    void asksBothSidesWhenAScanReportsTheKeyAsWell() {
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.NONE, Lane.BACKGROUND, Optional.empty());

        assertThat(takeOne().hints().onlyLocal()).isFalse();
    }

    @Test
    void givesAKeyToOneWorkerAtATime() {
        add(1, Lane.LIVE);
        Work first = takeOne();

        add(1, Lane.LIVE);

        assertThat(queue.take(10)).isEmpty();
        queue.done(first);
        assertThat(takeAll()).containsExactly(key(1));
    }

    @Test
    void keepsWhatIsReportedDuringTheWorkForTheNextOne() {
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        Work first = takeOne();

        queue.add(key(1), Hints.local(20), Lane.LIVE, Optional.empty());
        queue.done(first);

        assertThat(first.hints().localTime()).hasValue(10);
        assertThat(takeOne().hints().localTime()).hasValue(20);
    }

    @Test
    void prefersLiveChangesToWhatScansFind() {
        add(1, Lane.BACKGROUND);
        add(2, Lane.LIVE);
        add(3, Lane.BACKGROUND);
        add(4, Lane.LIVE);

        assertThat(takeAll()).containsExactly(key(2), key(4), key(1), key(3));
    }

    @Test
    void movesAKeyForwardWhenSomebodyChangesIt() {
        add(1, Lane.BACKGROUND);
        add(2, Lane.BACKGROUND);
        add(2, Lane.LIVE);

        assertThat(takeAll()).containsExactly(key(2), key(1));
    }

    @Test
    void doesNotMoveALiveKeyBackWhenAScanFindsItToo() {
        add(1, Lane.LIVE);
        add(1, Lane.BACKGROUND);
        add(2, Lane.LIVE);

        assertThat(takeAll()).containsExactly(key(1), key(2));
    }

    @Test
    void looksAtBothSidesWhenAWriteDidNotSucceed() {
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        Work first = takeOne();
        assertThat(first.hints().onlyLocal()).isTrue();

        queue.again(first, 0, true);

        Work second = takeOne();
        assertThat(second.hints().onlyLocal()).isFalse();
        assertThat(second.hints().localTime()).hasValue(10);
        assertThat(second.attempts()).isEqualTo(1);
    }

    @Test
    void looksAtBothSidesAgainEvenWhenOnlyTheLocalFeedReportedTheKeySince() {
        queue.add(key(1), Hints.local(10), Lane.LIVE, Optional.empty());
        Work first = takeOne();
        queue.add(key(1), Hints.local(20), Lane.LIVE, Optional.empty());

        queue.again(first, 0, false);

        Work second = takeOne();
        assertThat(second.hints().onlyLocal()).isFalse();
        assertThat(second.hints().localTime()).hasValue(20);
        assertThat(second.attempts()).isZero();
    }

    @Test
    void keepsTheAgeOfAKeyThatIsTriedAgain() {
        add(1, Lane.LIVE);
        Work first = takeOne();
        clock.advance(Duration.ofSeconds(7));

        queue.again(first, 0, true);

        assertThat(queue.oldestNanos(hints -> true)).hasValue(first.sinceNanos());
        assertThat(takeOne().sinceNanos()).isEqualTo(first.sinceNanos());
    }

    @Test
    void pausesAKeyThatIsTriedAgainAndNotOneNanosecondLonger() {
        add(1, Lane.LIVE);
        queue.again(takeOne(), SECOND, true);

        clock.advance(Duration.ofNanos(SECOND - 1));
        assertThat(queue.take(1)).isEmpty();
        clock.advance(Duration.ofNanos(1));

        assertThat(takeAll()).containsExactly(key(1));
    }

    @Test
    void doesNotShortenThePauseOfAKeyThatIsReportedAgain() {
        add(1, Lane.LIVE);
        queue.again(takeOne(), SECOND, true);

        queue.add(key(1), Hints.local(5), Lane.LIVE, Optional.empty());

        assertThat(queue.take(1)).isEmpty();
        assertThat(queue.size()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(takeOne().hints().localTime()).hasValue(5);
        assertThat(queue.take(1)).isEmpty();
    }

    @Test
    void handsADelayedKeyOutOnceWhenAScanAndAFeedReportItInThePause() {
        add(1, Lane.BACKGROUND);
        Work first = takeOne();
        add(1, Lane.BACKGROUND);
        queue.again(first, SECOND, true);

        add(1, Lane.LIVE);
        clock.advance(Duration.ofSeconds(1));

        assertThat(takeAll()).containsExactly(key(1));
        assertThat(queue.take(1)).isEmpty();
    }

    @Test
    void ignoresTheEndOfAnEarlierTaking() {
        add(1, Lane.LIVE);
        Work first = takeOne();
        queue.again(first, 0, false);
        Work second = takeOne();

        queue.done(first);
        queue.again(first, 0, true);

        assertThat(queue.isInWork(first)).isFalse();
        assertThat(queue.isInWork(second)).isTrue();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void settlesATicketOnlyWhenTheWorkIsDone() {
        Watermark<Integer> source = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(1)));

        Work first = takeOne();
        queue.again(first, 0, true);
        assertThat(source.isSettled()).isFalse();
        queue.done(takeOne());

        assertThat(source.isSettled()).isTrue();
        assertThat(source.reached()).hasValue(1);
    }

    @Test
    void letsTheFirstTicketOfASourceStandForItsLaterOnes() {
        Watermark<Integer> source = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(1)));
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(2)));
        assertThat(source.reached()).isEmpty();

        queue.done(takeOne());

        assertThat(source.reached()).hasValue(2);
    }

    @Test
    void settlesTheTicketsOfAllSources() {
        Watermark<Integer> feed = new Watermark<>(10);
        Watermark<Integer> scan = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(feed.pass(1)));
        queue.add(key(1), Hints.NONE, Lane.BACKGROUND, Optional.of(scan.pass(1)));

        queue.done(takeOne());

        assertThat(feed.isSettled()).isTrue();
        assertThat(scan.isSettled()).isTrue();
    }

    @Test
    void keepsTheTicketOfAChangeReportedDuringTheWorkUntilThatChangeIsDone() {
        Watermark<Integer> source = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(1)));
        Work first = takeOne();
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(2)));

        queue.done(first);

        assertThat(source.reached()).hasValue(1);
        queue.done(takeOne());
        assertThat(source.reached()).hasValue(2);
    }

    @Test
    void keepsTheTicketOfAnotherSourceWhenTheWorkIsTriedAgain() {
        Watermark<Integer> feed = new Watermark<>(10);
        Watermark<Integer> scan = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(feed.pass(1)));
        Work first = takeOne();
        queue.add(key(1), Hints.NONE, Lane.BACKGROUND, Optional.of(scan.pass(1)));

        queue.again(first, 0, true);

        assertThat(scan.isSettled()).isFalse();
        queue.done(takeOne());
        assertThat(scan.isSettled()).isTrue();
        assertThat(feed.isSettled()).isTrue();
    }

    @Test
    void hasRoomForScansOnlyInItsFirstHalf() {
        for (int id = 0; id < 5; id++) {
            assertThat(queue.hasRoom(Lane.BACKGROUND)).isTrue();
            add(id, Lane.BACKGROUND);
        }

        assertThat(queue.hasRoom(Lane.BACKGROUND)).isFalse();
        assertThat(queue.hasRoom(Lane.LIVE)).isTrue();
    }

    @Test
    void countsKeysInWorkAgainstItsCapacity() {
        for (int id = 0; id < 10; id++) {
            add(id, Lane.LIVE);
        }
        assertThat(queue.hasRoom(Lane.LIVE)).isFalse();

        List<Work> taken = queue.take(10);

        assertThat(queue.hasRoom(Lane.LIVE)).isFalse();
        queue.done(taken.get(0));
        assertThat(queue.hasRoom(Lane.LIVE)).isTrue();
    }

    @Test
    void forgetsWhatWaitsWithoutSettlingItWhenCleared() {
        Watermark<Integer> source = new Watermark<>(10);
        queue.add(key(1), Hints.NONE, Lane.LIVE, Optional.of(source.pass(1)));
        Work inWork = takeOne();
        queue.add(key(2), Hints.NONE, Lane.LIVE, Optional.of(source.pass(2)));
        add(3, Lane.BACKGROUND);
        add(4, Lane.LIVE);
        queue.again(queue.take(2).get(0), SECOND, true);

        queue.clear();
        clock.advance(Duration.ofSeconds(1));

        assertThat(queue.take(10)).isEmpty();
        assertThat(queue.isInWork(inWork)).isTrue();
        assertThat(source.reached()).isEmpty();
    }

    @Test
    void findsKeysWhereverTheyAre() {
        add(1, Lane.LIVE);
        Work inWork = takeOne();
        add(2, Lane.BACKGROUND);

        assertThat(queue.anyMatch(key -> key.equals(key(1)))).isTrue();
        assertThat(queue.anyMatch(key -> key.equals(key(2)))).isTrue();
        assertThat(queue.anyMatch(key -> key.equals(key(3)))).isFalse();
        queue.done(inWork);
        assertThat(queue.anyMatch(key -> key.equals(key(1)))).isFalse();
    }

    @Test
    void doesNotWaitWhenADelayedKeyIsDue() throws InterruptedException {
        add(1, Lane.LIVE);
        queue.again(takeOne(), SECOND, true);
        clock.advance(Duration.ofSeconds(1));

        queue.awaitWork(3_600_000);

        assertThat(takeAll()).containsExactly(key(1));
    }
}
