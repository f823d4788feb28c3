package io.tandem.engine.write;

import static io.tandem.engine.write.Workbench.CHANGED;
import static io.tandem.engine.write.Workbench.CHANGED_HERE_DELETED_THERE;
import static io.tandem.engine.write.Workbench.CHANGED_ON_BOTH;
import static io.tandem.engine.write.Workbench.CHANGED_ON_HUB;
import static io.tandem.engine.write.Workbench.CREATED;
import static io.tandem.engine.write.Workbench.CREATED_ON_HUB;
import static io.tandem.engine.write.Workbench.DELETED;
import static io.tandem.engine.write.Workbench.DELETED_BY_HAND_ON_HUB;
import static io.tandem.engine.write.Workbench.DELETED_HERE_CHANGED_THERE;
import static io.tandem.engine.write.Workbench.DELETED_ON_HUB;
import static io.tandem.engine.write.Workbench.EDITED_BY_HAND_ON_HUB;
import static io.tandem.engine.write.Workbench.OLDER_THAN_ITS_TOMBSTONE;
import static io.tandem.engine.write.Workbench.SAME_ON_BOTH;
import static io.tandem.engine.write.Workbench.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.GuardedWriter.Planned;
import io.tandem.engine.write.Verdict.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedWriterTest {
    private static final int POINTS_AT_LEAST = 30;

    private static void failAtEveryPoint(String resolver, AfterFailure then) {
        int points = 0;
        boolean failed = true;
        for (int point = 0; failed; point++) {
            Workbench bench = new Workbench(resolver).withEverySituation();
            Map<DocKey, ContentHash> device = hashes(bench, Side.LOCAL);
            Map<DocKey, ContentHash> hub = hashes(bench, Side.HUB);
            failed = failsAt(bench, point);
            points = point;
            then.look(bench, device, hub);
        }
        assertThat(points).isGreaterThan(POINTS_AT_LEAST);
    }

    private static boolean fails(Workbench bench, List<Planned> batch) {
        try {
            bench.carryOut(batch);
            return false;
        } catch (SyncException e) {
            return true;
        }
    }

    /** What happens after a failure and has to hold then. */
    private interface AfterFailure {
        void look(Workbench bench, Map<DocKey, ContentHash> device, Map<DocKey, ContentHash> hub);
    }

    private static Map<DocKey, ContentHash> hashes(Workbench bench, Side side) {
        Map<DocKey, ContentHash> hashes = new HashMap<>();
        bench.hints
                .keySet()
                .forEach(key -> hashes.put(
                        key,
                        Workbench.hash(Optional.ofNullable(bench.sides.of(side).get(key)))));
        return hashes;
    }

    private static void assertInStep(Workbench bench) {
        assertThat(bench.contents(Side.LOCAL))
                .as("after failing at %s", bench.faults.passed())
                .isEqualTo(bench.contents(Side.HUB));
        bench.bases.records.forEach((key, record) -> {
            assertThat(record.intent()).isEmpty();
            assertThat(record.pushing()).isEmpty();
            assertThat(record.mark()).isEmpty();
            assertThat(record.state().orElseThrow().hash())
                    .isEqualTo(Workbench.hash(Optional.ofNullable(bench.sides.local.get(key))));
        });
        bench.sides.local.values().forEach(doc -> assertThat(doc.meta()).isEmpty());
        bench.sides.hub.values().forEach(doc -> assertThat(doc.validMeta()).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-write-wins", "local-wins", "atlas-wins", "field-merge"})
    void comesToTheSameEndWhereverItFails(String resolver) {
        Map<DocKey, RawBsonDocument> undisturbed =
                new Workbench(resolver).withEverySituation().settle().contents(Side.HUB);

        failAtEveryPoint(resolver, (bench, device, hub) -> {
            bench.settle();

            assertInStep(bench);
            assertThat(bench.contents(Side.HUB))
                    .as("after failing at %s", bench.faults.passed())
                    .isEqualTo(undisturbed);
        });
    }

    @Test
    void comesToTheSameEndWhereverItFailsWhileEveryPushIsNoted() {
        Map<DocKey, RawBsonDocument> undisturbed =
                new Workbench("last-write-wins").withEverySituation().settle().contents(Side.HUB);
        boolean failed = true;
        int points = 0;
        for (int point = 0; failed; point++) {
            Workbench bench = new Workbench("last-write-wins").notingEveryPush().withEverySituation();
            failed = failsAt(bench, point);
            points = point;

            bench.settle();

            assertInStep(bench);
            assertThat(bench.contents(Side.HUB)).isEqualTo(undisturbed);
        }
        assertThat(points).isGreaterThan(POINTS_AT_LEAST);
    }

    /** The next look begins with what the failed one left, its notes included, and fails as well. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comesToTheSameEndWhereverItFailsTwice(boolean notesEveryPush) {
        Map<DocKey, RawBsonDocument> undisturbed =
                new Workbench("last-write-wins").withEverySituation().settle().contents(Side.HUB);
        boolean failed = true;
        for (int first = 0; failed; first++) {
            boolean failedAgain = true;
            for (int second = 0; failedAgain; second++) {
                Workbench bench = new Workbench("last-write-wins");
                (notesEveryPush ? bench.notingEveryPush() : bench).withEverySituation();
                failed = failsAt(bench, first);
                failedAgain = failsAt(bench, second);

                bench.settle();

                assertInStep(bench);
                assertThat(bench.contents(Side.HUB))
                        .as("after failing at %s and %s", first, second)
                        .isEqualTo(undisturbed);
            }
        }
    }

    private static boolean failsAt(Workbench bench, int point) {
        List<Planned> batch = bench.planned();
        bench.faults.failAt(point);
        boolean failed = fails(bench, batch);
        bench.faults.heal();
        return failed;
    }

    /** The notes of the failed look say that the merge was not written, so that the base still is the ancestor of both sides. */
    @Test
    void mergesWhereverItFailsAndHoweverOften() {
        boolean failed = true;
        for (int point = 0; failed; point++) {
            Workbench bench = new Workbench("field-merge").withEverySituation();
            failed = failsAt(bench, point);
            failsAt(bench, point);
            failsAt(bench, point);

            bench.settle();

            assertInStep(bench);
            assertThat(bench.contents(Side.HUB))
                    .as("after failing at %s", point)
                    .containsEntry(CHANGED_ON_BOTH, content(CHANGED_ON_BOTH, 1, 1));
        }
    }

    /** Nobody knows then whether it was changed before or after the merge was written: one side wins, and the other is logged. */
    @Test
    void doesNotMergeADocumentThatWasChangedNextToAWriteOfUnknownOutcome() {
        Workbench bench = new Workbench("field-merge");
        bench.agree(CHANGED_ON_BOTH);
        bench.byOther(CHANGED_ON_BOTH, Optional.of(content(CHANGED_ON_BOTH, 0, 1)));
        bench.onDevice(CHANGED_ON_BOTH, Optional.of(content(CHANGED_ON_BOTH, 1, 0)));
        List<Planned> batch = bench.planned();
        int intents = 4; // log, logged, save, saved, then the device's swap
        bench.faults.failAt(intents);
        assertThat(fails(bench, batch)).isTrue();
        assertThat(bench.faults.passed()).endsWith("LOCAL swap");
        bench.faults.heal();
        bench.onDevice(CHANGED_ON_BOTH, Optional.of(content(CHANGED_ON_BOTH, 2, 0)));

        bench.settle();

        assertInStep(bench);
        assertThat(bench.contents(Side.HUB)).containsEntry(CHANGED_ON_BOTH, content(CHANGED_ON_BOTH, 2, 0));
        assertThat(bench.isLogged(
                        CHANGED_ON_BOTH, Doc.of(content(CHANGED_ON_BOTH, 0, 1)).hash()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-write-wins", "local-wins", "atlas-wins", "field-merge"})
    void logsWhatLosesAConflictWhereverItFails(String resolver) {
        List<DocKey> conflicts = List.of(CHANGED_ON_BOTH, DELETED_HERE_CHANGED_THERE, CHANGED_HERE_DELETED_THERE);

        failAtEveryPoint(resolver, (bench, device, hub) -> {
            bench.settle();

            for (DocKey key : conflicts) {
                ContentHash end = Workbench.hash(Optional.ofNullable(bench.sides.hub.get(key)));
                for (Map<DocKey, ContentHash> side : List.of(device, hub)) {
                    ContentHash content = side.getOrDefault(key, ContentHash.DELETED);
                    assertThat(content.equals(end) || bench.isLogged(key, content))
                            .as("%s after failing at %s", key, bench.faults.passed())
                            .isTrue();
                }
            }
        });
    }

    @Test
    void losesNothingWhenARestartForgetsWhenTheChangesWereMade() {
        failAtEveryPoint("last-write-wins", (bench, device, hub) -> {
            bench.hints.replaceAll((key, hints) -> Hints.NONE);

            bench.settle();

            assertInStep(bench);
            bench.hints.keySet().forEach(key -> {
                ContentHash end = Workbench.hash(Optional.ofNullable(bench.sides.hub.get(key)));
                boolean kept = end.equals(device.get(key)) || end.equals(hub.get(key));
                assertThat(kept)
                        .as("%s after failing at %s", key, bench.faults.passed())
                        .isTrue();
            });
            assertThat(bench.contents(Side.HUB)).containsKeys(CREATED, CHANGED, CREATED_ON_HUB, CHANGED_ON_HUB);
            assertThat(bench.contents(Side.HUB)).doesNotContainKeys(DELETED, DELETED_ON_HUB);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-write-wins", "field-merge"})
    void letsALaterChangeOnTheDeviceLiveWhereverItFails(String resolver) {
        failAtEveryPoint(resolver, (bench, device, hub) -> {
            List.copyOf(bench.hints.keySet()).forEach(key -> bench.onDevice(key, Optional.of(content(key, 2, 0))));

            bench.settle();

            assertInStep(bench);
            Map<DocKey, RawBsonDocument> end = bench.contents(Side.HUB);
            bench.hints
                    .keySet()
                    .forEach(key -> assertThat(end.get(key).getInt32("here").getValue())
                            .as("%s after failing at %s", key, bench.faults.passed())
                            .isEqualTo(2));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-write-wins", "field-merge"})
    void letsALaterDeleteOnTheDeviceStandWhereverItFails(String resolver) {
        failAtEveryPoint(resolver, (bench, device, hub) -> {
            List<DocKey> keys = List.of(CREATED, CHANGED, DELETED, CHANGED_ON_HUB);
            keys.forEach(key -> bench.onDevice(key, Optional.empty()));

            bench.settle();

            assertInStep(bench);
            keys.forEach(key -> {
                ContentHash there = hub.getOrDefault(key, ContentHash.DELETED);
                boolean gone = !bench.sides.hub.containsKey(key);
                assertThat(gone || bench.isLogged(key, ContentHash.DELETED))
                        .as("%s after failing at %s (hub had %s)", key, bench.faults.passed(), there)
                        .isTrue();
            });
        });
    }

    /** Only the intent tells then that the document was there before it was deleted. */
    @Test
    void letsTheDeleteOfADocumentStandThatHadJustArrivedWhereverItFails() {
        failAtEveryPoint("last-write-wins", (bench, device, hub) -> {
            boolean arrived = bench.sides.local.containsKey(CREATED_ON_HUB);
            if (arrived) {
                bench.onDevice(CREATED_ON_HUB, Optional.empty());
            }

            bench.settle();

            assertThat(bench.sides.hub.containsKey(CREATED_ON_HUB))
                    .as("after failing at %s", bench.faults.passed())
                    .isEqualTo(!arrived);
        });
    }

    @Test
    void writesLogThenTombstonesThenHubThenIntentsThenDeviceThenBases() {
        Workbench bench = new Workbench("last-write-wins").withEverySituation();
        List<Planned> batch = bench.planned();
        bench.faults.failAt(-1);

        bench.carryOut(batch);

        List<String> calls = bench.faults.passed().stream()
                .filter(List.of("log", "bury", "HUB swap", "LOCAL swap", "save")::contains)
                .toList();
        assertThat(calls).containsExactly("log", "bury", "HUB swap", "save", "LOCAL swap", "save");
    }

    @Test
    void saysWhichKeysAreNewToTheDeviceOnlyAtTheirFirstNote() {
        for (String rule : List.of("last-write-wins", "field-merge")) { // the second notes pushes before they are made
            Workbench bench = new Workbench(rule).withEverySituation();
            List<Planned> batch = bench.planned();

            bench.carryOut(batch);

            assertThat(bench.bases.takenForNew)
                    .as(rule)
                    .contains(CREATED, CREATED_ON_HUB)
                    .doesNotContain(CHANGED, DELETED, CHANGED_ON_HUB, CHANGED_ON_BOTH);
        }
    }

    @Test
    void notesAPushBeforeItIsMadeWhereFieldsAreMerged() {
        Workbench bench = new Workbench("field-merge");
        bench.agree(CHANGED);
        bench.onDevice(CHANGED, Optional.of(content(CHANGED, 1, 0)));
        List<Planned> batch = bench.planned();
        bench.faults.failAt(2); // save, saved, then the hub's swap

        assertThatThrownBy(() -> bench.carryOut(batch)).isInstanceOf(SyncException.class);

        assertThat(bench.faults.passed()).endsWith("HUB swap");
        assertThat(bench.bases.of(CHANGED).pushing().orElseThrow().content()).hasValue(content(CHANGED, 1, 0));
    }

    private static void changeWhereItIsNamedAfter(Workbench bench, DocKey key) {
        if (key.equals(CHANGED_ON_HUB)) {
            bench.byOther(key, Optional.of(content(key, 0, 1)));
        } else {
            bench.onDevice(key, Optional.of(content(key, 1, 0)));
        }
    }

    /** As long as a note says that a write may have taken place, one side would win whole. */
    @Test
    void takesBackTheNoteOfAWriteThatMissedWhereFieldsAreMerged() {
        for (DocKey key : List.of(CHANGED, CHANGED_ON_HUB)) {
            Workbench bench = new Workbench("field-merge");
            bench.agree(key);
            BaseRecord agreed = bench.bases.of(key);
            changeWhereItIsNamedAfter(bench, key);
            List<Planned> batch = bench.planned();
            bench.byOther(key, Optional.of(content(key, 0, 2)));
            bench.onDevice(key, Optional.of(content(key, 2, 0)));

            assertThat(bench.carryOut(batch).get(0).kind()).isEqualTo(Verdict.Kind.AGAIN);

            assertThat(bench.bases.of(key)).as("%s", key).isEqualTo(agreed);
            bench.settle();
            assertThat(bench.sides.hub.get(key).content()).isEqualTo(content(key, 2, 2));
            assertThat(bench.sides.local.get(key).content()).isEqualTo(content(key, 2, 2));
        }
    }

    @Test
    void givesOneVerdictForEachPlanInTheirOrder() {
        Workbench bench = new Workbench("last-write-wins").withEverySituation();
        List<Planned> batch = bench.planned();

        List<Verdict> verdicts = bench.carryOut(batch);

        Map<DocKey, Kind> kinds = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            kinds.put(batch.get(i).key(), verdicts.get(i).kind());
        }
        assertThat(verdicts).hasSameSizeAs(batch);
        assertThat(List.of(EDITED_BY_HAND_ON_HUB, DELETED_BY_HAND_ON_HUB, OLDER_THAN_ITS_TOMBSTONE))
                .allMatch(key -> kinds.get(key) == Kind.STEP);
        assertThat(List.of(CREATED, CHANGED, DELETED, CREATED_ON_HUB, CHANGED_ON_HUB, DELETED_ON_HUB, SAME_ON_BOTH))
                .allMatch(key -> kinds.get(key) == Kind.DONE);
    }

    @Test
    void writesNothingOverADocumentThatChangedSinceItWasRead() {
        Workbench bench = new Workbench("last-write-wins");
        bench.agree(CHANGED);
        bench.agree(CHANGED_ON_HUB);
        bench.onDevice(CHANGED, Optional.of(content(CHANGED, 1, 0)));
        bench.byOther(CHANGED_ON_HUB, Optional.of(content(CHANGED_ON_HUB, 0, 1)));
        List<Planned> batch = bench.planned();
        bench.byOther(CHANGED, Optional.of(content(CHANGED, 0, 9)));
        bench.onDevice(CHANGED_ON_HUB, Optional.of(content(CHANGED_ON_HUB, 9, 0)));

        List<Verdict> verdicts = bench.carryOut(batch);

        assertThat(verdicts).extracting(Verdict::kind).containsOnly(Kind.AGAIN);
        assertThat(bench.contents(Side.HUB)).containsEntry(CHANGED, content(CHANGED, 0, 9));
        assertThat(bench.contents(Side.LOCAL)).containsEntry(CHANGED_ON_HUB, content(CHANGED_ON_HUB, 9, 0));
        bench.settle();
        assertInStep(bench);
    }

    @Test
    void reportsARefusedDocumentAndCarriesOutTheOthers() {
        Workbench bench = new Workbench("last-write-wins");
        bench.onDevice(CREATED, Optional.of(content(CREATED, 1, 0)));
        bench.agree(CHANGED);
        bench.onDevice(CHANGED, Optional.of(content(CHANGED, 1, 0)));
        bench.sides.refused.add(CREATED);

        List<Verdict> verdicts = bench.carryOut(bench.planned());

        assertThat(verdicts).extracting(Verdict::kind).containsExactly(Kind.REFUSED, Kind.DONE);
        assertThat(verdicts.get(0).side()).isEqualTo(Side.HUB);
        assertThat(verdicts.get(0).refusal()).isPresent();
        assertThat(bench.bases.records).doesNotContainKey(CREATED);
        assertThat(bench.contents(Side.HUB)).containsKey(CHANGED).doesNotContainKey(CREATED);
    }

    /** As long as a note says that a write may have taken place, every poll looks at the key again, and its pauses mean nothing. */
    @Test
    void takesBackTheNoteOfARefusedWrite() {
        for (DocKey key : List.of(CREATED, CHANGED, CHANGED_ON_HUB)) {
            Workbench bench = new Workbench("last-write-wins").notingEveryPush();
            if (!key.equals(CREATED)) {
                bench.agree(key);
            }
            BaseRecord agreed = bench.bases.of(key);
            changeWhereItIsNamedAfter(bench, key);
            bench.sides.refused.add(key);

            assertThat(bench.carryOut(bench.planned()).get(0).kind()).isEqualTo(Kind.REFUSED);

            assertThat(bench.bases.of(key)).as("%s", key).isEqualTo(agreed);
            bench.sides.refused.remove(key);
            bench.settle();
            assertInStep(bench);
        }
    }

    @Test
    void leavesTheHubsDocumentWhenItsTombstoneIsALaterOne() {
        Workbench bench = new Workbench("last-write-wins");
        bench.agree(DELETED);
        bench.onDevice(DELETED, Optional.empty());
        List<Planned> batch = bench.planned();
        Doc before = bench.sides.hub.get(DELETED);
        bench.byOther(DELETED, Optional.empty()); // somebody else deletes it later ...
        bench.sides.hub.put(DELETED, before); // ... and is stopped between tombstone and document

        List<Verdict> verdicts = bench.carryOut(batch);

        assertThat(verdicts).extracting(Verdict::kind).containsExactly(Kind.AGAIN);
        assertThat(bench.sides.hub).containsEntry(DELETED, before);
    }

    @Test
    void expectsTheEventsOfItsWritesOnly() {
        Workbench bench = new Workbench("last-write-wins").withEverySituation();

        bench.carryOut(bench.planned());

        assertThat(bench.echoes.isEcho(Side.HUB, CREATED, false)).isTrue();
        assertThat(bench.echoes.isEcho(Side.HUB, DELETED, true)).isTrue();
        assertThat(bench.echoes.isEcho(Side.LOCAL, CREATED_ON_HUB, false)).isTrue();
        assertThat(bench.echoes.isEcho(Side.LOCAL, DELETED_ON_HUB, true)).isTrue();
        assertThat(bench.echoes.isEcho(Side.LOCAL, CREATED, false)).isFalse();
        assertThat(bench.echoes.isEcho(Side.HUB, SAME_ON_BOTH, false)).isFalse();
    }

    @Test
    void expectsNoEventOfAWriteThatMissedOrWhoseOutcomeIsUnknown() {
        Workbench bench = new Workbench("last-write-wins");
        bench.agree(CHANGED);
        bench.onDevice(CHANGED, Optional.of(content(CHANGED, 1, 0)));
        List<Planned> batch = bench.planned();
        bench.faults.failAt(1); // the write took place, its answer got lost
        assertThatThrownBy(() -> bench.carryOut(batch)).isInstanceOf(SyncException.class);
        bench.faults.heal();
        assertThat(bench.contents(Side.HUB)).containsEntry(CHANGED, content(CHANGED, 1, 0));
        assertThat(bench.echoes.isEcho(Side.HUB, CHANGED, false)).isFalse();

        bench.carryOut(batch);

        assertThat(bench.echoes.isEcho(Side.HUB, CHANGED, false)).isFalse();
    }
}
