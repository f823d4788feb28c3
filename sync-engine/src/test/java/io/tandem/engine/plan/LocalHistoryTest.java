package io.tandem.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.InitialSyncPreference;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** A device that was killed between a write and its note: what its own earlier writes say, and what they do not. */
class LocalHistoryTest {
    private static final String DEVICE = "d0";
    /** So long that no clock is in doubt of it. */
    private static final long SPAN = Planner.DATING_ERROR;

    private static final Doc DOCUMENT = Bench.doc(new BsonDocument("value", new BsonInt32(1)));
    private static final BaseRecord BEFORE =
            BaseRecord.agreed(new StateId(new Version(10 * SPAN, DEVICE), DOCUMENT.hash()), Optional.empty());

    /** It had left a tombstone, or somebody else had; its document is there again, as it was. */
    private static KeyStates states(String deletedBy, Hints hints) {
        Tombstone tombstone = new Tombstone(new Version(20 * SPAN, deletedBy), new Version(10 * SPAN, DEVICE));
        return new KeyStates(
                Bench.KEY,
                Optional.of(DOCUMENT),
                BEFORE,
                new HubState(Optional.empty(), Optional.of(tombstone)),
                hints);
    }

    private static Plan plan(KeyStates states) {
        Policy policy = new Policy(false, new LastWriteWins(), InitialSyncPreference.NEWEST);
        return new Planner(DEVICE, 100 * SPAN, policy).plan(states);
    }

    private static boolean rests(KeyStates states) {
        return Planner.restsOnLocalHistory(DEVICE, false, states, plan(states));
    }

    @Test
    void anOwnDeleteIsNotCarriedOutOnADocumentThatMayHaveBeenMadeAgain() {
        assertThat(rests(states(DEVICE, Hints.NONE))).isTrue();
    }

    @Test
    void oneThatWasMadeAgainLaterIsPushed() {
        KeyStates madeAgain = states(DEVICE, Hints.local(30 * SPAN));

        assertThat(plan(madeAgain)).isInstanceOf(Plan.Push.class);
        assertThat(((Plan.Push) plan(madeAgain)).next().version().time()).isEqualTo(30 * SPAN);
    }

    @Test
    void withoutALaterChangeTheDeleteIsCarriedOut() {
        assertThat(plan(states(DEVICE, Hints.local(15 * SPAN)))).isInstanceOf(Plan.Apply.class);
    }

    @Test
    void theDeleteOfAnotherDeviceNeedsNoWait() {
        KeyStates foreign = states("d1", Hints.NONE);

        assertThat(plan(foreign)).isInstanceOf(Plan.Apply.class);
        assertThat(rests(foreign)).isFalse();
    }

    /** It was to write the hub's next state to the device and was killed; the device still has the state before. */
    private static KeyStates halfApplied(OptionalLong intendedAt, Hints hints) {
        Doc next = Bench.doc(new BsonDocument("value", new BsonInt32(2)));
        Version edited = new Version(20 * SPAN, Version.ATLAS);
        StateId thenBase = new StateId(edited, next.hash());
        Doc onHub = Doc.of(Doc.withMeta(next.content(), new SyncMeta(edited, next.hash())));
        return new KeyStates(
                Bench.KEY,
                Optional.of(DOCUMENT),
                BEFORE.withIntent(new Intent(intendedAt, next.hash(), Optional.empty(), thenBase, Optional.empty())),
                new HubState(Optional.of(onHub), Optional.empty()),
                hints);
    }

    @Test
    void anEarlierWriteThatTheFeedTellsAgainDoesNotUndoTheNextOne() {
        // This agent wrote the present state at 30, when the hub already had the next one, of 20.
        assertThat(plan(halfApplied(OptionalLong.of(50 * SPAN), Hints.local(30 * SPAN))))
                .isInstanceOf(Plan.Apply.class);
    }

    @Test
    void aChangeBackAfterTheIntendedWriteIsAChange() {
        Plan plan = plan(halfApplied(OptionalLong.of(50 * SPAN), Hints.local(60 * SPAN)));

        assertThat(plan).isInstanceOf(Plan.Push.class);
        assertThat(plan.conflict()).isPresent();
    }

    @Test
    void anIntentOfAnOlderVersionWasMadeAfterTheStateThatItNames() {
        assertThat(plan(halfApplied(OptionalLong.empty(), Hints.local(15 * SPAN))))
                .isInstanceOf(Plan.Apply.class);
        assertThat(plan(halfApplied(OptionalLong.empty(), Hints.local(30 * SPAN))))
                .isInstanceOf(Plan.Push.class);
    }

    private static Plan planWithoutHistory(KeyStates states) {
        Policy policy = new Policy(false, new LastWriteWins(), InitialSyncPreference.NEWEST).withoutHistory();
        return new Planner(DEVICE, 100 * SPAN, policy).plan(states);
    }

    /** Whether the write took place before the agent was killed, or after it and the document was put back: nobody knows. */
    @Test
    void whereNoFeedTellsWhatMayHaveBeenPutBackIsKeptInTheLog() {
        KeyStates states = halfApplied(OptionalLong.of(50 * SPAN), Hints.NONE);

        assertThat(plan(states)).isInstanceOf(Plan.Apply.class);
        assertThat(plan(states).conflict()).isEmpty();
        assertThat(planWithoutHistory(states)).isInstanceOf(Plan.Apply.class);
        assertThat(planWithoutHistory(states).conflict().flatMap(Conflict::local))
                .hasValue(DOCUMENT);
    }

    /** A server that dates events to the second may date a change after the write as one before it. */
    @Test
    void whatMayHaveBeenPutBackWithinTheErrorOfDatesIsKeptInTheLog() {
        Plan within = plan(halfApplied(OptionalLong.of(50 * SPAN), Hints.local(49 * SPAN + 1)));
        Plan before = plan(halfApplied(OptionalLong.of(50 * SPAN), Hints.local(49 * SPAN)));

        assertThat(within).isInstanceOf(Plan.Apply.class);
        assertThat(within.conflict().flatMap(Conflict::local)).hasValue(DOCUMENT);
        assertThat(before).isInstanceOf(Plan.Apply.class);
        assertThat(before.conflict()).isEmpty();
    }

    /** It had noted that it was to send this to the hub at 20, and was killed; its document is as it was before that. */
    private static KeyStates changedBackAfterANote(Optional<Doc> sent, HubState hub) {
        StateId next = sent.map(doc -> new StateId(new Version(20 * SPAN, DEVICE), doc.hash()))
                .orElse(StateId.deleted(new Version(20 * SPAN, DEVICE)));
        return new KeyStates(
                Bench.KEY,
                Optional.of(DOCUMENT),
                BEFORE.withPushing(new Pushing(next, Optional.empty())),
                hub,
                Hints.NONE);
    }

    private static HubState deletedBy(String origin, long time) {
        return new HubState(
                Optional.empty(),
                Optional.of(new Tombstone(new Version(time, origin), new Version(10 * SPAN, DEVICE))));
    }

    private static HubState holding(Doc doc, String origin, long time) {
        SyncMeta meta = new SyncMeta(new Version(time, origin), doc.hash());
        return new HubState(Optional.of(Doc.of(Doc.withMeta(doc.content(), meta))), Optional.empty());
    }

    private static void assertPushedWithoutConflict(KeyStates states) {
        Plan plan = planWithoutHistory(states);
        assertThat(plan).isInstanceOf(Plan.Push.class);
        assertThat(((Plan.Push) plan).local()).hasValue(DOCUMENT);
        assertThat(plan.conflict()).isEmpty();
    }

    @Test
    void aDocumentMadeAgainAfterItsNotedDeleteIsANewOne() {
        assertPushedWithoutConflict(changedBackAfterANote(Optional.empty(), deletedBy(DEVICE, 20 * SPAN)));
    }

    @Test
    void aDocumentChangedBackAfterItsNotedPushIsChanged() {
        Doc sent = Bench.doc(new BsonDocument("value", new BsonInt32(2)));
        assertPushedWithoutConflict(changedBackAfterANote(Optional.of(sent), holding(sent, DEVICE, 20 * SPAN)));
    }

    @Test
    void evenIfSomebodyElseHasOverwrittenTheNotedPush() {
        Doc sent = Bench.doc(new BsonDocument("value", new BsonInt32(2)));
        Doc theirs = Bench.doc(new BsonDocument("value", new BsonInt32(3)));
        Plan plan = planWithoutHistory(changedBackAfterANote(Optional.of(sent), holding(theirs, "d1", 25 * SPAN)));

        assertThat(plan.conflict().flatMap(Conflict::local)).hasValue(DOCUMENT);
        assertThat(plan.conflict().flatMap(Conflict::hub).map(Doc::hash)).hasValue(theirs.hash());
    }

    @Test
    void aNotedPushThatDidNotTakePlaceAndWasTakenBackLeavesNothingToDo() {
        HubState asBefore = holding(DOCUMENT, DEVICE, 10 * SPAN);

        Plan plan = planWithoutHistory(changedBackAfterANote(Optional.empty(), asBefore));

        assertThat(plan).isInstanceOf(Plan.Settle.class);
        assertThat(((Plan.Settle) plan).base()).isEqualTo(BEFORE);
    }

    /** It had pushed the document for the first time, at 20, and did not live to note it. */
    private static KeyStates pushedOnce(Optional<Doc> local, BaseRecord base, long changedAt) {
        Version pushed = new Version(20 * SPAN, DEVICE);
        Doc before = Bench.doc(new BsonDocument("value", new BsonInt32(7)));
        Doc onHub = Doc.of(Doc.withMeta(before.content(), new SyncMeta(pushed, before.hash())));
        return new KeyStates(
                Bench.KEY, local, base, new HubState(Optional.of(onHub), Optional.empty()), Hints.local(changedAt));
    }

    @Test
    void aClockThatWasMeasuredBadlyDoesNotMakeAnOwnEarlierPushTheLaterOne() {
        long seemsEarlier = 20 * SPAN - SPAN / 10;
        BaseRecord other = BaseRecord.agreed(
                new StateId(
                        new Version(10 * SPAN, DEVICE),
                        Bench.doc(new BsonDocument()).hash()),
                Optional.empty());
        for (BaseRecord base : new BaseRecord[] {BaseRecord.NONE, other}) {
            Plan changed = plan(pushedOnce(Optional.of(DOCUMENT), base, seemsEarlier));

            assertThat(changed).isInstanceOf(Plan.Push.class);
            assertThat(changed.conflict()).as("in doubt both are kept").isPresent();
            assertThat(((Plan.Push) changed).next().version().time()).isGreaterThan(20 * SPAN);
            assertThat(plan(pushedOnce(Optional.empty(), base, seemsEarlier))).isInstanceOf(Plan.Push.class);
        }
    }

    @Test
    void aDeviceFromAnOldImageGetsItsOwnLaterStateBack() {
        assertThat(plan(pushedOnce(Optional.of(DOCUMENT), BaseRecord.NONE, 15 * SPAN)))
                .isInstanceOf(Plan.Apply.class);
        assertThat(plan(pushedOnce(Optional.of(DOCUMENT), BEFORE, 15 * SPAN))).isInstanceOf(Plan.Apply.class);
    }

    @Test
    void aChangeBackJustAfterTheIntendedWriteIsKeptInTheLog() {
        Plan plan = plan(halfApplied(OptionalLong.of(50 * SPAN), Hints.local(50 * SPAN + 1)));

        assertThat(plan).isInstanceOf(Plan.Apply.class);
        assertThat(plan.conflict()).isPresent();
    }

    @Test
    void aMarkThatSaysNothingLeavesADocumentOfItsOwnToADeviceFromAnOldImage() {
        KeyStates onlyThere = pushedOnce(Optional.empty(), BaseRecord.NONE.withMark(Mark.LOOK), 0);
        KeyStates undated =
                new KeyStates(onlyThere.key(), onlyThere.local(), onlyThere.base(), onlyThere.hub(), Hints.NONE);

        assertThat(plan(undated)).isInstanceOf(Plan.Apply.class);
    }

    @Test
    void aMarkMaySayThatTheDeviceHadTheDocumentThatOnlyTheHubHas() {
        BaseRecord marked = BaseRecord.NONE.withMark(Mark.HAD_DOCUMENT);
        KeyStates deleted = pushedOnce(Optional.empty(), marked, 0);
        KeyStates undated = new KeyStates(deleted.key(), deleted.local(), deleted.base(), deleted.hub(), Hints.NONE);

        assertThat(plan(undated)).isInstanceOf(Plan.Push.class);
        assertThat(plan(undated).conflict()).isPresent();
    }
}
