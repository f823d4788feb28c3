package io.tandem.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.SyncException;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class ResyncTest {
    private static final int STEPS_MAX = 1_000;

    private final Stock stock = new Stock();
    private final Watching rules = new Watching();
    private Resync resync = start();

    /** Rules that let everything pass and write down what happens. */
    private final class Watching implements Resync.Rules {
        private final List<String> words = new ArrayList<>();
        private final Set<String> forbidden = new HashSet<>();
        private final Set<String> hubDoesNotMatter = new HashSet<>();
        /** What happens right after it was said that something must not be compared, or not with the hub. */
        private Runnable afterARefusal = () -> {};

        @Override
        public boolean mayScan(String collection) {
            return answer(!forbidden.contains(collection));
        }

        private boolean answer(boolean answer) {
            if (!answer) {
                afterARefusal.run();
            }
            return answer;
        }

        @Override
        public boolean isLeftAlone(DocKey key, ContentHash local) {
            return false;
        }

        @Override
        public boolean readsHub(String collection) {
            return answer(!hubDoesNotMatter.contains(collection));
        }

        @Override
        public void finished(String collection) {
            stock.faults.point("finished");
            words.add("finished " + collection);
        }

        @Override
        public void held(String collection, Held held) {
            stock.faults.point("held");
            words.add("held " + collection + " " + held.missing());
        }

        @Override
        public void progress(String text, boolean ended) {
            words.add(ended ? "end" : "begin " + text);
        }

        private List<String> compared() {
            return words.stream().filter(w -> w.startsWith("finished")).toList();
        }
    }

    ResyncTest() {
        stock.agreed("a", 1, 20);
        stock.agreed("b", 1, 20);
        stock.agreed("c", 1, 20);
    }

    /** An agent that starts on this device. */
    private Resync start() {
        return new Resync(
                stock.scanner,
                stock.bases,
                stock.device,
                stock.queue,
                stock.guard,
                Stock.GUARD_MIN,
                stock.clock,
                rules);
    }

    /** Works until nothing is left to do, with somebody working on what is found. */
    private List<DocKey> runToTheEnd() {
        List<DocKey> found = new ArrayList<>();
        for (int step = 0; resync.isActive() || !resync.isNoted(); step++) {
            assertThat(step).as("steps of %s", rules.words).isLessThan(STEPS_MAX);
            resync.step();
            found.addAll(stock.workOff());
        }
        return found;
    }

    private BsonDocument note() {
        return stock.device.note(Resync.NOTE).orElseThrow();
    }

    private List<String> pending() {
        return note().getArray("pending").stream()
                .map(name -> name.asString().getValue())
                .toList();
    }

    @Test
    void comparesEveryCollectionOfBothSidesAndOfTheBaseStates() {
        stock.deleteOnHub("a", 1, 20);
        stock.deleteLocally("a", 1, 20);
        stock.sides.local.put(Stock.key("onlyHere", 1), Stock.doc(1, 1));
        stock.sides.hub.put(Stock.key("onlyThere", 1), Stock.doc(1, 1));

        resync.requestAll("test");
        List<DocKey> found = runToTheEnd();

        assertThat(rules.words)
                .startsWith("begin Resync started: test")
                .contains("finished b", "finished c", "finished onlyHere", "finished onlyThere")
                .anyMatch(w -> w.endsWith(" a") || w.startsWith("held a"))
                .endsWith("end");
        assertThat(found).contains(Stock.key("onlyHere", 1), Stock.key("onlyThere", 1));
    }

    @Test
    void isNotedBeforeItBeginsAndForgottenWhenItIsOver() {
        resync.requestAll("test");
        assertThat(note().getBoolean("all").getValue()).isTrue();
        assertThat(note().getString("reason").getValue()).isEqualTo("test");
        assertThat(resync.isNoted()).isTrue();

        runToTheEnd();

        assertThat(stock.device.notes).isEmpty();
        assertThat(resync.isActive()).isFalse();
    }

    @Test
    void isNotNotedWhileTheDeviceCannotBeWritten() {
        stock.faults.breakDown();

        assertThatThrownBy(() -> resync.requestAll("test")).isInstanceOf(SyncException.class);

        assertThat(resync.isNoted()).isFalse();
        assertThat(resync.isActive()).isTrue();
        stock.faults.heal();
        resync.step();
        assertThat(resync.isNoted()).isTrue();
        assertThat(stock.device.notes).containsKey(Resync.NOTE);
    }

    @Test
    void comparesWhatItWasAskedFor() {
        resync.request(Set.of("b"), "test");

        runToTheEnd();

        assertThat(rules.compared()).containsExactly("finished b");
    }

    @Test
    void doesNothingWhenAskedForNothing() {
        resync.request(Set.of(), "test");

        assertThat(resync.isActive()).isFalse();
        assertThat(stock.device.notes).isEmpty();
    }

    @Test
    void passesOverACollectionThatMayNotBeComparedNow() {
        rules.forbidden.add("b");

        resync.requestAll("test");
        runToTheEnd();

        assertThat(rules.compared()).containsExactly("finished a", "finished c");
    }

    @Test
    void isNotFinishedBeforeWhatItFoundIsSettled() {
        stock.sides.local.put(Stock.key("b", 3), Stock.doc(3, 7));
        resync.request(Set.of("b"), "test");

        for (int i = 0; i < 20; i++) {
            resync.step();
        }

        assertThat(rules.compared()).isEmpty();
        assertThat(stock.device.notes).containsKey(Resync.NOTE);
        runToTheEnd();
        assertThat(rules.compared()).containsExactly("finished b");
    }

    @Test
    void keepsACollectionPendingWhenPreparingItFails() {
        resync.request(Set.of("a", "b"), "test");
        stock.faults.failAt(0); // counting what was agreed on
        assertThatThrownBy(resync::step).isInstanceOf(SyncException.class);

        assertThat(pending()).containsExactly("a", "b");
        runToTheEnd();

        assertThat(rules.compared()).containsExactly("finished a", "finished b");
    }

    @Test
    void comparesEveryCollectionWhereverItFails() {
        boolean failed = true;
        int points = 0;
        for (int point = 0; failed; point++) {
            rules.words.clear();
            resync = start();
            stock.faults.failAt(point);
            failed = failsOnce();
            stock.faults.heal();
            points = point;

            assertThat(rules.compared())
                    .as("after failing at %s", stock.faults.passed())
                    .contains("finished a", "finished b", "finished c");
            assertThat(stock.device.notes).isEmpty();
            assertThat(stock.scanner.open()).isZero();
        }
        assertThat(points).isGreaterThan(50);
    }

    private boolean failsOnce() {
        boolean failed = false;
        try {
            resync.requestAll("test");
        } catch (SyncException e) {
            failed = true;
        }
        for (int step = 0; resync.isActive() || !resync.isNoted(); step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            try {
                resync.step();
            } catch (SyncException e) {
                failed = true;
            }
            stock.workOff();
        }
        return failed;
    }

    @Test
    void goesOnAfterARestartAtAnyStep() {
        for (int steps = 0; steps < 12; steps++) {
            rules.words.clear();
            resync = start();
            stock.sides.local.put(Stock.key("b", 3), Stock.doc(3, 7));
            List<DocKey> found = new ArrayList<>();
            resync.requestAll("test");
            for (int i = 0; i < steps; i++) {
                resync.step();
                found.addAll(stock.workOff());
            }

            resync = start();
            resync.resume();
            found.addAll(runToTheEnd());

            assertThat(rules.compared()).contains("finished a", "finished b", "finished c");
            assertThat(found).contains(Stock.key("b", 3));
            assertThat(stock.device.notes).isEmpty();
        }
    }

    @Test
    void goesOnAtThePlaceReachedInTheCollectionThatWasCompared() {
        noteInTheMiddleOf("b", 15);

        resync = start();
        resync.resume();
        runToTheEnd();

        assertThat(stock.scanner.asked).containsExactly("b 15..", "c ..");
    }

    @Test
    void comparesTheWholeWhenAskedAnewAfterARestart() {
        noteInTheMiddleOf("b", 15);
        resync = start();
        resync.resume();

        resync.request(Set.of("b"), "a newer reason");
        runToTheEnd();

        assertThat(stock.scanner.asked).containsExactly("b ..", "c ..");
    }

    @Test
    void comparesTheWholeWhenAllIsAskedForAfterARestart() {
        noteInTheMiddleOf("b", 15);
        resync = start();
        resync.resume();

        resync.requestAll("a newer reason");
        runToTheEnd();

        assertThat(stock.scanner.asked).containsExactly("a ..", "b ..", "c ..");
    }

    @Test
    void comparesTheWholeAgainWhenAskedWhileTheCollectionIsBeingCompared() {
        stock.sides.local.put(Stock.key("b", 3), Stock.doc(3, 7));
        resync.request(Set.of("b"), "test");
        resync.step();
        resync.step();

        resync.request(Set.of("b"), "a newer reason");

        assertThat(pending()).containsExactly("b");
        assertThat(note().getString("current").getValue()).isEqualTo("b");
        runToTheEnd();
        assertThat(rules.compared()).containsExactly("finished b", "finished b");
    }

    private void allowAfterTheRefusal(Set<String> excluded) {
        rules.afterARefusal = () -> {
            excluded.remove("b");
            resync.request(Set.of("b"), "included");
        };
    }

    @Test
    void asksTheHubWhenThatBeginsToMatterWhileTheComparisonIsBeingPrepared() {
        stock.sides.hub.put(Stock.key("b", 99), Stock.doc(99, 1));
        rules.hubDoesNotMatter.add("b");
        resync.request(Set.of("b"), "test");
        allowAfterTheRefusal(rules.hubDoesNotMatter);

        assertThat(runToTheEnd()).containsExactly(Stock.key("b", 99));
        assertThat(rules.compared()).containsExactly("finished b");
    }

    @Test
    void comparesWhatIsIncludedAtTheMomentInWhichItWouldBePassedOver() {
        rules.forbidden.add("b");
        resync.request(Set.of("b"), "test");
        allowAfterTheRefusal(rules.forbidden);

        runToTheEnd();

        assertThat(rules.compared()).containsExactly("finished b");
    }

    /** An agent was stopped while a collection was being compared up to some place, with another one pending. */
    private void noteInTheMiddleOf(String collection, int place) {
        stock.device.notes.put(
                Resync.NOTE,
                new BsonDocument("reason", new BsonString("before"))
                        .append("all", BsonBoolean.FALSE)
                        .append("pending", new BsonArray(List.of(new BsonString("c"))))
                        .append("current", new BsonString(collection))
                        .append("ranges", new BsonArray(List.of(new BsonDocument("after", new BsonInt32(place))))));
    }

    @Test
    void notesThePlaceReachedNowAndThen() {
        stock.sides.local.put(Stock.key("b", 8), Stock.doc(8, 7));
        resync.request(Set.of("b"), "test");
        resync.step();
        stock.clock.advance(Duration.ofSeconds(3));
        resync.step();

        BsonDocument range = note().getArray("ranges").get(0).asDocument();

        assertThat(range).isEqualTo(new BsonDocument("after", new BsonInt32(7)));
    }

    @Test
    void cutsALargeCollectionIntoRanges() {
        stock.scanner.estimates.put("b", 40_000L);
        stock.scanner.cuts.put("b", List.of(new BsonInt32(5), new BsonInt32(10)));

        resync.request(Set.of("b"), "test");
        runToTheEnd();

        assertThat(stock.scanner.asked).containsExactlyInAnyOrder("b ..5", "b 5..10", "b 10..");
    }

    @Test
    void tellsOfDeletesThatAreHeldBackInsteadOfAnEnd() {
        stock.deleteLocally("b", 1, 8);

        resync.requestAll("test");
        List<DocKey> found = runToTheEnd();

        assertThat(rules.words).contains("held b 8").doesNotContain("finished b");
        assertThat(found).isEmpty();
    }

    @Test
    void holdsBackTheDeletesOfACollectionThatVanishedHoweverSmallItIs() {
        stock.agreed("small", 1, 2);
        stock.deleteLocally("small", 1, 2);

        resync.request(Set.of("small"), "test");
        runToTheEnd();

        assertThat(rules.words).contains("held small 2");
    }

    @Test
    void carriesOutTheDeletesOfASmallCollectionThatWasEmptied() {
        stock.agreed("small", 1, 2);
        stock.deleteLocally("small", 1, 2);
        stock.scanner.empty.add("small");

        resync.request(Set.of("small"), "test");
        List<DocKey> found = runToTheEnd();

        assertThat(rules.compared()).containsExactly("finished small");
        assertThat(found).containsExactly(Stock.key("small", 1), Stock.key("small", 2));
    }

    @Test
    void asksForTheGuardsVerdictAgainWhenItCouldNotBeStored() {
        stock.deleteLocally("b", 1, 8);
        resync.request(Set.of("b"), "test");
        resync.step();
        stock.faults.failAt(99_999);
        stock.faults.breakDown();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        resync.step();
                    }
                })
                .isInstanceOf(SyncException.class);
        stock.faults.heal();

        runToTheEnd();

        assertThat(rules.words).contains("held b 8");
    }

    @Test
    void pollsTheDeviceWithoutTheHubAndWithoutANote() {
        stock.sides.local.put(Stock.key("b", 3), Stock.doc(3, 7));
        stock.deleteOnHub("c", 1, 3);

        assertThat(resync.requestPoll()).isTrue();
        assertThat(resync.requestPoll()).isFalse();
        assertThat(resync.isResyncing()).isFalse();
        assertThat(resync.progress()).isEmpty();
        List<DocKey> found = runToTheEnd();

        assertThat(found).containsExactly(Stock.key("b", 3));
        assertThat(stock.device.writes()).isZero();
        assertThat(rules.words).noneMatch(w -> w.startsWith("begin") || w.equals("end"));
    }

    @Test
    void becomesAResyncWhenOneIsAskedForDuringAPoll() {
        stock.sides.hub.remove(Stock.key("c", 3));
        resync.requestPoll();
        resync.step();
        resync.step();

        resync.requestAll("test");
        assertThat(stock.device.notes).containsKey(Resync.NOTE);
        List<DocKey> found = runToTheEnd();

        assertThat(found).contains(Stock.key("c", 3));
        assertThat(rules.compared()).contains("finished a", "finished b", "finished c");
        assertThat(stock.device.notes).isEmpty();
    }

    @Test
    void keepsTheNoteWhenItIsStopped() {
        resync.requestAll("test");
        resync.step();

        resync.stop();

        assertThat(resync.isActive()).isFalse();
        assertThat(stock.device.notes).containsKey(Resync.NOTE);
        assertThat(stock.scanner.open()).isZero();
    }

    @Test
    void hasNothingToGoOnWithOnADeviceWithoutANote() {
        resync.resume();

        assertThat(resync.isActive()).isFalse();
        assertThat(resync.step()).isFalse();
    }

    @Test
    void tellsHowFarItIs() {
        stock.sides.local.put(Stock.key("b", 3), Stock.doc(3, 7));
        resync.requestAll("test");
        runSteps(7);

        assertThat(resync.progress()).hasValueSatisfying(progress -> {
            assertThat(progress.reason()).isEqualTo("test");
            assertThat(progress.total()).isEqualTo(60);
            assertThat(progress.documents()).isBetween(20L, 60L);
        });
        assertThat(rules.compared()).isNotEmpty();
    }

    private void runSteps(int steps) {
        for (int i = 0; i < steps; i++) {
            resync.step();
            stock.workOff();
        }
    }

    @Test
    void keepsBothSidesApartWhenItJudgesDeletes() {
        stock.deleteLocally("b", 1, 6);
        stock.deleteOnHub("b", 10, 15);

        resync.request(Set.of("b"), "test");
        List<DocKey> found = runToTheEnd();

        assertThat(found).hasSize(12);
        assertThat(stock.sides.of(Side.LOCAL)).isNotEmpty();
    }
}
