package io.tandem.engine.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    void thereIsNoBacklogWhileSomebodysChangeWaits() {
        assertThat(queue.backlog()).isZero();
        add(1, Lane.BACKGROUND);
        add(2, Lane.BACKGROUND);
        assertThat(queue.backlog()).isEqualTo(2);

        add(3, Lane.LIVE);
        assertThat(queue.backlog()).isZero();
        assertThat(takeOne().key()).isEqualTo(key(3));

        assertThat(queue.backlog()).isEqualTo(2);
    }

    @Test
    void aClaimTakesTheMereRetryWithIt() {
        add(1, Lane.BACKGROUND);
        Watermark<Integer> scan = new Watermark<>(10);
        queue.add(key(2), Hints.NONE, Lane.BACKGROUND, Optional.of(scan.pass(1)));

        queue.done(queue.claim(key(1)).orElseThrow());
        queue.done(queue.claim(key(2)).orElseThrow());

        assertThat(takeAll()).containsExactly(key(2));
        assertThat(queue.size()).isEqualTo(1);
        assertThat(scan.isSettled()).isFalse();
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
    void ofTheHubsEventsTheLaterOneCountsWholly() {
        queue.add(key(1), Hints.hubWithMeta(30), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.hub(20, true), Lane.LIVE, Optional.empty());
        queue.add(key(1), Hints.local(40), Lane.LIVE, Optional.empty());

        assertThat(takeOne().hints())
                .isEqualTo(Hints.hubWithMeta(30).and(Hints.local(40)))
                .returns(OptionalLong.of(30), Hints::hubTime)
                .returns(false, Hints::hubDelete)
                .returns(false, Hints::isByHand);
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

        assertThat(queue.awaitWork(3_600_000, 100, 0)).isTrue();

        assertThat(takeAll()).containsExactly(key(1));
    }

    @Test
    void waitsForNothingWhenNoBatchHasBegunLately() throws InterruptedException {
        add(1, Lane.LIVE);

        assertThat(queue.awaitWork(3_600_000, 100, SECOND)).isTrue();
    }

    @Test
    void waitsForNothingWhenThereIsAFullBatch() throws InterruptedException {
        add(1, Lane.LIVE);
        queue.awaitWork(3_600_000, 100, SECOND);
        add(2, Lane.BACKGROUND);

        assertThat(queue.awaitWork(3_600_000, 2, 3600 * SECOND)).isTrue();
    }

    @Test
    void fewKeysGiveTheBatchBeforeThemALead() throws InterruptedException {
        RunningClock running = new RunningClock();
        DirtyKeys paced = new DirtyKeys(10, running);
        paced.add(key(1), Hints.NONE, Lane.LIVE, Optional.empty());
        paced.awaitWork(3_600_000, 100, SECOND / 100);
        long begun = running.now.get();

        assertThat(paced.awaitWork(3_600_000, 100, SECOND / 100)).isTrue();

        assertThat(running.now.get() - begun).isGreaterThanOrEqualTo(SECOND / 100 - RunningClock.STEP);
    }

    @Test
    void saysWhenThereIsNothingToBeginWith() throws InterruptedException {
        DirtyKeys empty = new DirtyKeys(10, new RunningClock());

        assertThat(empty.awaitWork(100, 100, SECOND)).isFalse();
    }

    @Test
    @Timeout(60)
    void everyKeyFindsAWorkerHoweverTheyComeIn() throws InterruptedException {
        int keys = 5_000;
        DirtyKeys paced = new DirtyKeys(keys, Ticker.system());
        CountDownLatch open = new CountDownLatch(keys);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(new Thread(() -> workUntilInterrupted(paced, open)));
        }
        workers.forEach(Thread::start);

        Random random = new Random(1);
        for (int i = 0; i < keys; i++) {
            paced.add(key(i), Hints.NONE, Lane.LIVE, Optional.empty());
            if (random.nextInt(20) == 0) {
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
        }

        open.await(); // a key that nobody is told of would wait for an hour
        for (Thread worker : workers) {
            worker.interrupt();
            worker.join();
        }
        assertThat(paced.size()).isZero();
    }

    private static void workUntilInterrupted(DirtyKeys queue, CountDownLatch open) {
        try {
            while (true) {
                queue.awaitWork(3_600_000, 10, 2_000_000);
                for (Work work : queue.take(10)) {
                    queue.done(work);
                    open.countDown();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A clock on which time passes by being looked at. */
    private static final class RunningClock implements Ticker {
        private static final long STEP = SECOND / 1000;

        private final AtomicLong now = new AtomicLong();

        @Override
        public long millis() {
            return nanos() / 1_000_000;
        }

        @Override
        public long nanos() {
            return now.addAndGet(STEP);
        }
    }
}
