package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.write.GuardedWriter.Planned;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.QuarantineStore.Detainee;
import io.tandem.engine.write.Verdict;
import io.tandem.engine.write.Verdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));
    private static final long FIRST_PAUSE = 30_000;
    private static final long LONGEST_PAUSE = 3_600_000;
    private static final Verdict DONE = new Verdict(Kind.DONE, Optional.empty(), Side.HUB);
    private static final Verdict AGAIN = new Verdict(Kind.AGAIN, Optional.empty(), Side.HUB);
    private static final Verdict REFUSED =
            new Verdict(Kind.REFUSED, Optional.of(new Outcome.Refused(FaultCode.VALIDATION, "does not fit")), Side.HUB);

    private static final Verdict TAKEN =
            new Verdict(Kind.REFUSED, Optional.of(new Outcome.Refused(FaultCode.UNIQUE_INDEX, "taken")), Side.HUB);
    private static final Duration SOON = Duration.ofMillis(500);

    private final Cell cell = new Cell();
    private final Settlement settlement = new Settlement(cell.core, cell.leadership);

    private static Doc doc(int value) {
        return Doc.of(new BsonDocument("_id", KEY.id()).append("value", new BsonInt32(value)));
    }

    private static Planned push(int value) {
        Doc local = doc(value);
        StateId next = new StateId(new Version(value + 1L, "device"), local.hash());
        KeyStates states = new KeyStates(KEY, Optional.of(local), BaseRecord.NONE, HubState.EMPTY, Hints.NONE);
        return new Planned(
                states,
                new Plan.Push(Optional.of(local), Optional.empty(), next, Version.NONE, Optional.empty()),
                false);
    }

    private Work work() {
        cell.core.queue.add(KEY, Hints.NONE, Lane.LIVE, Optional.empty());
        return taken();
    }

    private Work taken() {
        List<Work> taken = cell.core.queue.take(1);
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private void refuse(int value) {
        settlement.settle(work(), push(value), REFUSED);
    }

    private Detainee entry() {
        return Objects.requireNonNull(cell.quarantine.entries.get(KEY));
    }

    private long pause() {
        return entry().nextMillis() - cell.clock.millis();
    }

    @Test
    void endsTheWorkOnAKeyThatIsInStep() {
        Work work = work();

        settlement.settle(work, push(1), DONE);

        assertThat(cell.core.queue.size()).isZero();
        assertThat(settlement.isOpen(work)).isFalse();
        assertThat(cell.core.stats.snapshot("c").pushed).isEqualTo(1);
    }

    @Test
    void putsARefusedChangeInQuarantineWithBothDocuments() {
        refuse(1);

        assertThat(entry().code()).isEqualTo(FaultCode.VALIDATION);
        assertThat(entry().message()).isEqualTo("does not fit");
        assertThat(entry().target()).isEqualTo(Side.HUB);
        assertThat(entry().local()).hasValue(doc(1));
        assertThat(entry().hub()).isEmpty();
        assertThat(settlement.isDetained(KEY)).isTrue();
        assertThat(cell.core.queue.size()).isZero();
        assertThat(cell.core.leftAlone.contains(KEY, doc(1).hash())).isTrue();
        assertThat(cell.core.stats.snapshot("c").failed).isEqualTo(1);
    }

    @Test
    void aKeyRestsUntilItsPauseIsOver() {
        assertThat(settlement.isResting(KEY)).isFalse();
        refuse(1);
        assertThat(settlement.isResting(KEY)).isTrue();

        cell.pass(Duration.ofMillis(FIRST_PAUSE));

        assertThat(settlement.isResting(KEY)).isFalse();
        assertThat(settlement.isDetained(KEY)).isTrue();
    }

    @Test
    void doublesThePauseOfADocumentThatIsRefusedAsItWas() {
        long first = cell.clock.millis();
        long expected = FIRST_PAUSE;
        for (int attempt = 1; attempt <= 10; attempt++) {
            refuse(1);
            assertThat(entry().attempts()).isEqualTo(attempt);
            assertThat(pause()).isEqualTo(Math.min(expected, LONGEST_PAUSE));
            expected *= 2;
            cell.pass(Duration.ofMillis(pause()));
        }
        assertThat(entry().firstMillis()).isEqualTo(first);
    }

    @Test
    void countsTheAttemptsAnewWhenTheDocumentChanged() {
        refuse(1);
        refuse(1);
        refuse(1);
        assertThat(entry().attempts()).isEqualTo(3);

        refuse(2);

        assertThat(entry().attempts()).isEqualTo(1);
        assertThat(pause()).isEqualTo(FIRST_PAUSE);
        assertThat(entry().local()).hasValue(doc(2));
        refuse(2);
        assertThat(entry().attempts()).isEqualTo(2);
    }

    @Test
    void doesNotEndTheWorkWhenTheEntryCouldNotBeStored() {
        Work work = work();
        cell.faults.breakDown();

        assertThatThrownBy(() -> settlement.settle(work, push(1), REFUSED)).isInstanceOf(SyncException.class);

        assertThat(settlement.isOpen(work)).isTrue();
        assertThat(settlement.isDetained(KEY)).isFalse();
    }

    @Test
    void storesNothingWithoutTheLease() {
        Work work = work();
        cell.leadership.lost();

        assertFenced(() -> settlement.settle(work, push(1), REFUSED));

        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void removesNothingWithoutTheLease() {
        refuse(1);
        Detainee before = entry();
        Work inStep = work();
        cell.leadership.lost();

        assertFenced(() -> settlement.settle(inStep, push(2), DONE));
        assertFenced(() -> settlement.clean(inStep));
        assertFenced(() -> settlement.drop(KEY));

        assertThat(cell.quarantine.entries).containsValue(before);
        assertThat(settlement.isDetained(KEY)).isTrue();
        assertThat(settlement.isOpen(inStep)).isTrue();
    }

    @Test
    void notesNoLoopWithoutTheLease() {
        cell.leadership.lost();

        assertFenced(() -> {
            for (int write = 0; write < 100; write++) {
                settlement.settle(work(), bounce(write), DONE);
            }
        });

        assertThat(cell.core.stats.loops).hasValue(1);
        assertThat(cell.quarantine.entries).isEmpty();
        assertThat(settlement.isLooping(KEY)).isFalse();
    }

    private static void assertFenced(ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.FENCED));
    }

    @Test
    void removesTheEntryOfAKeyThatCameIntoStep() {
        refuse(1);

        settlement.settle(work(), push(2), DONE);

        assertThat(cell.quarantine.entries).isEmpty();
        assertThat(settlement.isDetained(KEY)).isFalse();
        assertThat(cell.core.leftAlone.contains(KEY, doc(1).hash())).isFalse();
    }

    @Test
    void knowsAKeyAsDetainedUntilItsEntryIsRemoved() {
        refuse(1);
        Work work = work();
        cell.faults.breakDown();

        assertThatThrownBy(() -> settlement.settle(work, push(2), DONE)).isInstanceOf(SyncException.class);

        assertThat(settlement.isDetained(KEY)).isTrue();
        assertThat(settlement.isOpen(work)).isTrue();
        cell.faults.heal();
        settlement.settle(work, push(2), DONE);
        assertThat(settlement.isDetained(KEY)).isFalse();
        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void removesTheEntryOfAKeyThatNeedsNothingAnyMore() {
        refuse(1);

        settlement.clean(work());

        assertThat(cell.quarantine.entries).isEmpty();
        assertThat(settlement.isDetained(KEY)).isFalse();
    }

    @Test
    void keepsAKeyThatCouldNotBeDroppedFromTheStore() {
        refuse(1);
        cell.faults.breakDown();

        assertThatThrownBy(() -> settlement.drop(KEY)).isInstanceOf(SyncException.class);

        assertThat(settlement.isDetained(KEY)).isTrue();
    }

    /** A local change that the hub refuses is marked, and the mark would bring the key back. */
    @Test
    void aKeyThatWasDroppedLeavesNoMark() {
        cell.core.queue.add(KEY, Hints.local(7), Lane.LIVE, Optional.empty());
        settlement.settle(taken(), push(1), REFUSED);
        assertThat(cell.bases.countDirty()).isEqualTo(1);

        settlement.drop(KEY);

        assertThat(cell.bases.countDirty()).isZero();
        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void aKeyThatWasDroppedIsNotTriedAgainEvenIfThatWasAboutToHappen() {
        refuse(1);
        cell.pass(Duration.ofMillis(FIRST_PAUSE));
        assertThat(settlement.retryDue(10)).isTrue();

        settlement.drop(KEY);

        assertThat(cell.core.queue.take(10)).isEmpty();
    }

    @Test
    void aKeyThatIsInWorkIsNotDropped() {
        refuse(1);
        Work inWork = work();

        assertThatThrownBy(() -> settlement.drop(KEY)).hasMessageContaining("drop it in a moment");

        assertThat(settlement.isDetained(KEY)).isTrue();
        cell.core.queue.done(inWork);
        settlement.drop(KEY);
        assertThat(settlement.isDetained(KEY)).isFalse();
    }

    @Test
    void triesADetainedKeyAgainWhenItIsDueAndNotBefore() {
        refuse(1);
        cell.pass(Duration.ofMillis(FIRST_PAUSE - 1));
        assertThat(settlement.retryDue(10)).isFalse();
        cell.pass(Duration.ofMillis(1));

        assertThat(settlement.retryDue(10)).isTrue();

        assertThat(taken().key()).isEqualTo(KEY);
    }

    @Test
    void knowsTheQuarantineOfTheAgentBefore() {
        refuse(1);
        Settlement restarted = new Settlement(cell.core, cell.leadership);

        restarted.load();

        assertThat(restarted.isDetained(KEY)).isTrue();
        assertThat(restarted.detainedCount()).isEqualTo(1);
    }

    @Test
    void triesAgainAtOnceAtFirstAndAfterPausesThen() {
        cell.core.queue.add(KEY, Hints.NONE, Lane.LIVE, Optional.empty());
        for (int attempt = 0; attempt < 3; attempt++) {
            settlement.settle(taken(), push(1), AGAIN);
        }
        settlement.settle(taken(), push(1), AGAIN);

        assertThat(cell.core.queue.take(1)).isEmpty();
        cell.pass(Duration.ofMillis(20));
        assertThat(taken().attempts()).isEqualTo(4);
        assertThat(cell.core.stats.retries).hasValue(4);
    }

    @Test
    void putsADocumentThatNeverStaysAsItWasWrittenInQuarantine() {
        cell.core.queue.add(KEY, Hints.NONE, Lane.LIVE, Optional.empty());
        int attempts = 0;
        while (!settlement.isDetained(KEY) && attempts < 100) {
            cell.pass(Duration.ofSeconds(5));
            settlement.settle(taken(), push(1), AGAIN);
            attempts++;
        }

        assertThat(attempts).isEqualTo(61);
        assertThat(entry().code()).isEqualTo(FaultCode.SYNC_LOOP);
        assertThat(cell.core.queue.size()).isZero();
    }

    @Test
    void leavesADocumentAloneThatBouncesBetweenTheSides() {
        for (int write = 0; !settlement.isLooping(KEY) && write < 100; write++) {
            settlement.settle(work(), bounce(write), DONE);
        }

        assertThat(settlement.isLooping(KEY)).isTrue();
        assertThat(entry().code()).isEqualTo(FaultCode.SYNC_LOOP);
        assertThat(cell.core.problems.isRaised(FaultCode.SYNC_LOOP, "c")).isTrue();
        cell.pass(Duration.ofMillis(LONGEST_PAUSE));
        assertThat(settlement.isLooping(KEY)).isFalse();
    }

    @Test
    void looksAtABouncingDocumentAgainWhenAnOperatorAsks() {
        for (int write = 0; !settlement.isLooping(KEY) && write < 100; write++) {
            settlement.settle(work(), bounce(write), DONE);
        }

        settlement.retryNow(KEY);

        assertThat(settlement.isLooping(KEY)).isFalse();
        assertThat(taken().key()).isEqualTo(KEY);
    }

    /** The same two contents, in turns pushed and applied. */
    private static Planned bounce(int write) {
        if (write % 2 == 0) {
            return push(1);
        }
        Doc hub = doc(2);
        KeyStates states = new KeyStates(
                KEY,
                Optional.of(doc(1)),
                BaseRecord.NONE,
                new HubState(Optional.of(hub), Optional.empty()),
                Hints.NONE);
        StateId next = new StateId(new Version(9, "other"), hub.hash());
        return new Planned(
                states, new Plan.Apply(Optional.of(hub), Optional.of(doc(1)), next, Optional.empty()), false);
    }

    @Test
    void remembersWhatAPlanLeftOutOfStepOnPurpose() {
        Planned kept = new Planned(push(1).states(), new Plan.Settle(BaseRecord.NONE, false, Optional.empty()), false);

        settlement.settle(work(), kept, DONE);

        assertThat(cell.core.leftAlone.contains(KEY, doc(1).hash())).isTrue();
        settlement.settle(work(), push(1), DONE);
        assertThat(cell.core.leftAlone.contains(KEY, doc(1).hash())).isFalse();
    }

    private static Planned push(DocKey key) {
        Doc local = Doc.of(new BsonDocument("_id", key.id()));
        StateId next = new StateId(new Version(5, "device"), local.hash());
        KeyStates states = new KeyStates(key, Optional.of(local), BaseRecord.NONE, HubState.EMPTY, Hints.NONE);
        return new Planned(
                states,
                new Plan.Push(Optional.of(local), Optional.empty(), next, Version.NONE, Optional.empty()),
                false);
    }

    /** Another document of the collection comes into step, or whatever the verdict says. */
    private void another(int id, Verdict verdict) {
        DocKey key = DocKey.of("c", new BsonInt32(id));
        cell.core.queue.add(key, Hints.NONE, Lane.LIVE, Optional.empty());
        settlement.settle(taken(), push(key), verdict);
    }

    /** A key waits for a unique value, and the guess after its first refusal was wrong. */
    private void waitForValue() {
        settlement.settle(work(), push(1), TAKEN);
        cell.pass(SOON);
        settlement.retryFreed(10);
        settlement.settle(taken(), push(1), TAKEN);
        cell.pass(SOON);
        settlement.retryFreed(10);
        assertThat(cell.core.queue.size()).isZero();
    }

    @Test
    void triesAKeyThatWantsAUniqueValueSoonAfterAWriteInItsCollection() {
        waitForValue();

        another(2, DONE);

        settlement.retryFreed(10);
        Work guess = taken();
        assertThat(guess.key()).isEqualTo(KEY);
        settlement.settle(guess, push(1), DONE);
        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void doesNotTryAKeyThatWasRefusedForAnotherReasonAfterAWriteInItsCollection() {
        refuse(1);
        cell.pass(SOON);

        another(2, DONE);

        settlement.retryFreed(10);
        assertThat(cell.core.queue.size()).isZero();
    }

    @Test
    void leavesThePausesOfAKeyAsTheyAreWhenAGuessWasWrong() {
        waitForValue();
        Detainee before = entry();
        assertThat(before.attempts()).isEqualTo(1);
        another(2, DONE);
        settlement.retryFreed(10);

        settlement.settle(taken(), push(1), TAKEN);

        assertThat(entry()).isEqualTo(before);
        assertThat(cell.core.stats.snapshot("c").failed).isEqualTo(1);
        assertThat(cell.core.queue.size()).isZero();
        cell.pass(Duration.ofMillis(FIRST_PAUSE));
        assertThat(settlement.retryDue(10)).isTrue();
        settlement.settle(taken(), push(1), TAKEN);
        assertThat(entry().attempts()).isEqualTo(2);
    }

    @Test
    void triesWhatTheAgentBeforeLeftWaitingForAUniqueValue() {
        waitForValue();
        long next = entry().nextMillis();
        Settlement restarted = new Settlement(cell.core, cell.leadership);
        restarted.load();
        cell.pass(SOON);

        restarted.retryFreed(10);

        Work guess = taken();
        assertThat(guess.key()).isEqualTo(KEY);
        restarted.settle(guess, push(1), TAKEN);
        assertThat(entry().nextMillis()).isEqualTo(next);
    }

    @Test
    void countsOnAfterARestartUnlessTheDocumentIsReportedAsChanged() {
        long first = cell.clock.millis();
        refuse(1);
        refuse(1);
        Settlement restarted = new Settlement(cell.core, cell.leadership);
        restarted.load();
        cell.pass(Duration.ofMinutes(2));

        restarted.settle(work(), push(1), REFUSED);

        assertThat(entry().attempts()).isEqualTo(3);
        assertThat(entry().firstMillis()).isEqualTo(first);
        restarted.load();
        cell.core.queue.add(KEY, Hints.local(7), Lane.LIVE, Optional.empty());
        restarted.settle(taken(), push(2), REFUSED);
        assertThat(entry().attempts()).isEqualTo(1);
    }

    /** The hub's change is behind the saved position, and switching on compares nothing. */
    @Test
    void keepsTheHubsChangeInQuarantineThatNothingWasDoneAboutWhileBidirectionalSyncWasDisabled() {
        StateId agreed = new StateId(new Version(1, "other"), doc(1).hash());
        BaseRecord base = BaseRecord.agreed(agreed, Optional.empty());
        SyncMeta meta = new SyncMeta(new Version(9, "other"), doc(2).hash());
        Doc hub = Doc.of(Doc.withMeta(doc(2).content(), meta));
        KeyStates states = new KeyStates(
                KEY, Optional.of(doc(1)), base, new HubState(Optional.of(hub), Optional.empty()), Hints.NONE);
        Plan apply = new Plan.Apply(Optional.of(hub), Optional.of(doc(1)), meta.state(), Optional.empty());
        Verdict refused = new Verdict(
                Kind.REFUSED, Optional.of(new Outcome.Refused(FaultCode.UNIQUE_INDEX, "taken")), Side.LOCAL);
        settlement.settle(work(), new Planned(states, apply, false), refused);
        cell.core.modes.bidirectional(false);

        settlement.settle(work(), new Planned(states, new Plan.Settle(base, false, Optional.empty()), false), DONE);

        assertThat(settlement.isDetained(KEY)).isTrue();
        assertThat(cell.quarantine.entries).containsKey(KEY);
        cell.pass(Duration.ofMillis(FIRST_PAUSE));
        assertThat(settlement.retryDue(10)).isFalse();
        cell.core.modes.bidirectional(true);
        assertThat(settlement.retryDue(10)).isTrue();
        settlement.settle(taken(), new Planned(states, apply, false), DONE);
        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void countsAsRetriedOnlyWhatWasNotWritten() {
        Verdict step = new Verdict(Kind.STEP, Optional.empty(), Side.HUB);
        cell.core.queue.add(KEY, Hints.NONE, Lane.LIVE, Optional.empty());

        settlement.settle(taken(), push(1), step);

        assertThat(cell.core.stats.retries).hasValue(0);
        Work next = taken();
        assertThat(next.attempts()).isEqualTo(1);
        settlement.settle(next, push(1), AGAIN);
        assertThat(cell.core.stats.retries).hasValue(1);
    }

    @Test
    void theTimeOfAnEditByHandDoesNotDateTheNextOne() {
        Doc edited = doc(2);
        KeyStates states = new KeyStates(
                KEY,
                Optional.empty(),
                BaseRecord.NONE,
                new HubState(Optional.of(edited), Optional.empty()),
                Hints.hub(7, false));
        Planned stamp = new Planned(states, new Plan.Stamp(edited, new Version(7, Version.ATLAS)), false);
        cell.core.queue.add(KEY, Hints.hub(7, false), Lane.LIVE, Optional.empty());

        settlement.settle(taken(), stamp, new Verdict(Kind.STEP, Optional.empty(), Side.HUB));

        assertThat(taken().hints().hubTime()).isEmpty();
    }
}
