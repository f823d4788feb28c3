package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static io.tandem.contract.port.Samples.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guarded writes. */
abstract class SwapContract extends PortContract {
    private static final String ORDERS = "orders";
    private static final SyncMeta META = new SyncMeta(new Version(7, Version.ATLAS), new ContentHash(1, 2));

    private Outcome swap(Side side, DocKey key, Optional<Doc> seen, Optional<BsonDocument> next) {
        List<Outcome> outcomes = world().target().swap(side, List.of(new Swap(key, seen, next.map(Samples::raw))));
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private void assertStored(Side side, DocKey key, BsonDocument expected) {
        assertThat(world().stored(side, key)).contains(doc(expected));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void insertsWhereNothingIs(Side side) {
        assertThat(swap(side, key(ORDERS, 1), Optional.empty(), Optional.of(document(1, "new"))))
                .isEqualTo(Outcome.APPLIED);
        assertStored(side, key(ORDERS, 1), document(1, "new"));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void missesAnInsertWhereSomethingIs(Side side) {
        world().put(side, ORDERS, document(1, "theirs"));
        assertThat(swap(side, key(ORDERS, 1), Optional.empty(), Optional.of(document(1, "ours"))))
                .isEqualTo(Outcome.MISSED);
        assertStored(side, key(ORDERS, 1), document(1, "theirs"));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void replacesWhatWasSeen(Side side) {
        world().put(side, ORDERS, document(1, "seen"));
        assertThat(swap(side, key(ORDERS, 1), Optional.of(doc(document(1, "seen"))), Optional.of(document(1, "next"))))
                .isEqualTo(Outcome.APPLIED);
        assertStored(side, key(ORDERS, 1), document(1, "next"));
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void missesAReplaceOfWhatChanged(Side side) {
        world().put(side, ORDERS, document(1, "changed"));
        assertThat(swap(side, key(ORDERS, 1), Optional.of(doc(document(1, "seen"))), Optional.of(document(1, "next"))))
                .isEqualTo(Outcome.MISSED);
        assertStored(side, key(ORDERS, 1), document(1, "changed"));
    }

    @Test
    void missesAReplaceOfWhatIsGoneAndDoesNotBringItBack() {
        assertThat(swap(
                        Side.HUB,
                        key(ORDERS, 1),
                        Optional.of(doc(document(1, "seen"))),
                        Optional.of(document(1, "next"))))
                .isEqualTo(Outcome.MISSED);
        assertThat(world().stored(Side.HUB, key(ORDERS, 1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void deletesWhatWasSeen(Side side) {
        world().put(side, ORDERS, document(1, "seen"));
        assertThat(swap(side, key(ORDERS, 1), Optional.of(doc(document(1, "seen"))), Optional.empty()))
                .isEqualTo(Outcome.APPLIED);
        assertThat(world().stored(side, key(ORDERS, 1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void missesADeleteOfWhatChanged(Side side) {
        world().put(side, ORDERS, document(1, "changed"));
        assertThat(swap(side, key(ORDERS, 1), Optional.of(doc(document(1, "seen"))), Optional.empty()))
                .isEqualTo(Outcome.MISSED);
        assertStored(side, key(ORDERS, 1), document(1, "changed"));
    }

    @Test
    void anotherOrderOfFieldsIsAnotherDocument() {
        BsonDocument stored = new BsonDocument("_id", new BsonInt32(1))
                .append("a", new BsonInt32(1))
                .append("b", new BsonInt32(2));
        BsonDocument seen = new BsonDocument("_id", new BsonInt32(1))
                .append("b", new BsonInt32(2))
                .append("a", new BsonInt32(1));
        world().put(Side.HUB, ORDERS, stored);
        assertThat(swap(Side.HUB, key(ORDERS, 1), Optional.of(doc(seen)), Optional.of(document(1, "next"))))
                .isEqualTo(Outcome.MISSED);
        assertStored(Side.HUB, key(ORDERS, 1), stored);
    }

    /** Servers compare numbers by value; the guard must not. */
    @Test
    void anotherTypeOfTheSameNumberIsAnotherDocument() {
        List<BsonValue> fives = List.of(new BsonInt32(5), new BsonInt64(5), new BsonDouble(5));
        for (BsonValue stored : fives) {
            for (BsonValue seen : fives) {
                Optional<Outcome> outcome =
                        stored.equals(seen) ? Optional.of(Outcome.APPLIED) : Optional.of(Outcome.MISSED);
                assertThat(swapAmong(numbers(stored, stored), numbers(seen, seen)))
                        .isEqualTo(outcome.orElseThrow());
                assertThat(swapAmong(nested(stored), nested(seen))).isEqualTo(outcome.orElseThrow());
            }
        }
        // Together they have the same size.
        assertThat(swapAmong(numbers(new BsonInt32(5), new BsonInt64(5)), numbers(new BsonInt64(5), new BsonInt32(5))))
                .isEqualTo(Outcome.MISSED);
    }

    private static BsonDocument numbers(BsonValue a, BsonValue b) {
        return new BsonDocument("_id", new BsonInt32(1)).append("a", a).append("b", b);
    }

    private static BsonDocument nested(BsonValue five) {
        BsonDocument line = new BsonDocument("price", five).append("name", new BsonString("x"));
        return new BsonDocument("_id", new BsonInt32(1))
                .append("total", new BsonDocument("net", five))
                .append("list", new BsonArray(List.of(five, new BsonString("y"))))
                .append("lines", new BsonArray(List.of(new BsonString("first"), line)))
                .append("dotted.name", five)
                .append("", five);
    }

    private Outcome swapAmong(BsonDocument stored, BsonDocument seen) {
        world().put(Side.HUB, ORDERS, stored);
        Outcome outcome = swap(Side.HUB, key(ORDERS, 1), Optional.of(doc(seen)), Optional.of(document(1, "next")));
        assertStored(Side.HUB, key(ORDERS, 1), outcome.equals(Outcome.APPLIED) ? document(1, "next") : stored);
        return outcome;
    }

    @Test
    void judgesAMixedBatchInOrder() {
        world().put(Side.HUB, ORDERS, document(1, "seen"));
        world().put(Side.HUB, "people", document(3, "seen"));
        world().put(Side.HUB, ORDERS, document(4, "theirs"));
        List<Swap> swaps = List.of(
                new Swap(key(ORDERS, 1), Optional.of(doc(document(1, "seen"))), Optional.of(raw(document(1, "next")))),
                new Swap(key(ORDERS, 2), Optional.empty(), Optional.of(raw(document(2, "new")))),
                new Swap(key("people", 3), Optional.of(doc(document(3, "seen"))), Optional.empty()),
                new Swap(key(ORDERS, 4), Optional.empty(), Optional.of(raw(document(4, "ours")))),
                new Swap(key("people", 5), Optional.of(doc(document(5, "never"))), Optional.of(raw(document(5, "x")))));
        assertThat(world().target().swap(Side.HUB, swaps))
                .containsExactly(Outcome.APPLIED, Outcome.APPLIED, Outcome.APPLIED, Outcome.MISSED, Outcome.MISSED);
    }

    /** Whoever merges fields has to know what both sides are made of. */
    @Test
    void tellsOfEachSwapWhereFieldsAreMergedWhetherItTookPlace() {
        for (Side side : Side.values()) {
            List<Swap> swaps = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                world().put(side, ORDERS, document(i, i == 2 || i == 5 ? "theirs" : "seen"));
                Optional<RawBsonDocument> next = i < 4 ? Optional.of(raw(document(i, "next"))) : Optional.empty();
                swaps.add(new Swap(key(ORDERS, i), Optional.of(doc(document(i, "seen"))), next).merging());
            }

            assertThat(world().target().swap(side, swaps))
                    .containsExactly(
                            Outcome.APPLIED,
                            Outcome.APPLIED,
                            Outcome.MISSED,
                            Outcome.APPLIED,
                            Outcome.APPLIED,
                            Outcome.MISSED);
        }
    }

    /** More than go to the hub one by one. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void tellsOfManySwapsWhereFieldsAreMergedWhetherTheyTookPlace(Side side) {
        List<Swap> swaps = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Doc seen = doc(document(i, "seen"));
            world().put(side, ORDERS, isMet(i) ? document(i, "seen") : document(i, "theirs"));
            RawBsonDocument next = raw(document(i, "next"));
            SyncMeta meta =
                    new SyncMeta(new Version(1_000 + i, "device"), Doc.of(next).hash());
            Optional<RawBsonDocument> written = Optional.of(side == Side.HUB ? Doc.withMeta(next, meta) : next);
            swaps.add(new Swap(key(ORDERS, i), Optional.of(seen), written).merging());
        }

        List<Outcome> outcomes = world().target().swap(side, swaps);

        for (int i = 0; i < 60; i++) {
            assertThat(outcomes.get(i)).isEqualTo(isMet(i) ? Outcome.APPLIED : Outcome.MISSED);
            assertThat(world().stored(side, key(ORDERS, i)).map(Doc::hash))
                    .contains(doc(document(i, isMet(i) ? "next" : "theirs")).hash());
        }
    }

    private static boolean isMet(int number) {
        return number % 7 != 0;
    }

    /** Whatever else is reported: applied means applied. */
    @Test
    void neverReportsAMissedReplaceAsApplied() {
        List<Swap> swaps = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            world().put(Side.LOCAL, ORDERS, document(i, i % 7 == 0 ? "changed" : "seen"));
            swaps.add(new Swap(
                    key(ORDERS, i), Optional.of(doc(document(i, "seen"))), Optional.of(raw(document(i, "next")))));
        }
        List<Outcome> outcomes = world().target().swap(Side.LOCAL, swaps);
        for (int i = 0; i < 50; i++) {
            boolean stored = world().stored(Side.LOCAL, key(ORDERS, i)).equals(Optional.of(doc(document(i, "next"))));
            assertThat(stored).isEqualTo(i % 7 != 0);
            if (!stored) {
                assertThat(outcomes.get(i)).isIn(Outcome.MISSED, Outcome.UNKNOWN);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void writesUnderEveryTypeOfId(Side side) {
        for (BsonValue id : Samples.IDS) {
            DocKey key = DocKey.of(ORDERS, id);
            assertThat(swap(side, key, Optional.empty(), Optional.of(document(id, "one"))))
                    .as("insert under %s", id)
                    .isEqualTo(Outcome.APPLIED);
            assertThat(swap(side, key, Optional.of(doc(document(id, "one"))), Optional.of(document(id, "two"))))
                    .as("replace under %s", id)
                    .isEqualTo(Outcome.APPLIED);
            assertStored(side, key, document(id, "two"));
        }
        for (BsonValue id : Samples.IDS) {
            assertThat(swap(side, DocKey.of(ORDERS, id), Optional.of(doc(document(id, "two"))), Optional.empty()))
                    .as("delete under %s", id)
                    .isEqualTo(Outcome.APPLIED);
        }
    }

    /** Together they are larger than what one statement can hold. */
    @Test
    void swapsLargeDocuments() {
        BsonDocument seen = Samples.large(1, 10_000_000, 'a');
        BsonDocument next = Samples.large(1, 12_000_000, 'b');
        world().put(Side.HUB, ORDERS, seen);
        assertThat(swap(Side.HUB, key(ORDERS, 1), Optional.of(doc(seen)), Optional.of(next)))
                .isEqualTo(Outcome.APPLIED);
        assertStored(Side.HUB, key(ORDERS, 1), next);
        assertThat(swap(Side.HUB, key(ORDERS, 1), Optional.of(doc(next)), Optional.empty()))
                .isEqualTo(Outcome.APPLIED);
    }

    /** A short guard cannot tell the two apart; what it overwrote has to come back. */
    @Test
    void missesASwapOfALargeDocumentThatChangedWithoutChangingItsSize() {
        BsonDocument stored = Samples.large(1, 10_000_000, 'a');
        BsonDocument seen = Samples.large(1, 10_000_000, 'b');
        world().put(Side.HUB, ORDERS, stored);
        assertThat(swap(
                        Side.HUB,
                        key(ORDERS, 1),
                        Optional.of(doc(seen)),
                        Optional.of(Samples.large(1, 9_000_000, 'c'))))
                .isEqualTo(Outcome.MISSED);
        assertStored(Side.HUB, key(ORDERS, 1), stored);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void refusesADocumentThatNoServerStores(Side side) {
        Outcome outcome =
                swap(side, key(ORDERS, 1), Optional.empty(), Optional.of(Samples.large(1, 16 * 1024 * 1024, 'a')));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(FaultCode.TOO_LARGE));
        assertThat(world().stored(side, key(ORDERS, 1))).isEmpty();
    }

    @Test
    void writesMoreThanOneBulkHolds() {
        List<Swap> swaps = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            swaps.add(new Swap(key(ORDERS, i), Optional.empty(), Optional.of(raw(document(i, "x")))));
        }
        assertThat(world().target().swap(Side.LOCAL, swaps))
                .isEqualTo(Collections.nCopies(swaps.size(), Outcome.APPLIED));
        assertThat(world().scanner().estimate(Side.LOCAL, ORDERS)).isEqualTo(2_500);
    }

    private Outcome stamp(BsonDocument seen) {
        return world().target()
                .swap(Side.HUB, List.of(Swap.stamp(key(ORDERS, 1), doc(seen), META)))
                .get(0);
    }

    /** The metadata is at the end, where there was none, and else where it was. */
    private void assertStamped(BsonDocument expected) {
        expected.put("_sync", META.toBson());
        assertStored(Side.HUB, key(ORDERS, 1), expected);
        assertThat(world().stored(Side.HUB, key(ORDERS, 1)).flatMap(Doc::meta)).contains(META);
    }

    @Test
    void stampsWhatWasSeenAtItsEnd() {
        BsonDocument seen = document(1, "seen").append("z", new BsonInt32(1)).append("a", new BsonInt32(2));
        world().put(Side.HUB, ORDERS, seen);

        assertThat(stamp(seen)).isEqualTo(Outcome.APPLIED);

        assertStamped(seen);
    }

    @Test
    void missesAStampOfWhatChangedAndOfWhatIsGone() {
        world().put(Side.HUB, ORDERS, document(1, "changed"));
        assertThat(stamp(document(1, "seen"))).isEqualTo(Outcome.MISSED);
        assertStored(Side.HUB, key(ORDERS, 1), document(1, "changed"));

        world().remove(Side.HUB, key(ORDERS, 1));

        assertThat(stamp(document(1, "seen"))).isEqualTo(Outcome.MISSED);
        assertThat(world().stored(Side.HUB, key(ORDERS, 1))).isEmpty();
    }

    @Test
    void missesAStampOfADocumentThatDiffersInAType() {
        world().put(Side.HUB, ORDERS, document(1, "seen").append("n", new BsonInt64(1)));

        assertThat(stamp(document(1, "seen").append("n", new BsonDouble(1)))).isEqualTo(Outcome.MISSED);

        assertStored(Side.HUB, key(ORDERS, 1), document(1, "seen").append("n", new BsonInt64(1)));
    }

    /** An application may have put anything there. */
    @Test
    void stampsOverWhateverIsInTheReservedField() {
        List<BsonValue> foreign = List.of(
                new BsonString("mine"),
                new BsonArray(List.of(new BsonInt32(1), new BsonDocument("version", new BsonInt64(5)))),
                new BsonDocument("other", new BsonInt32(1)).append("version", new BsonInt32(2)),
                BsonNull.VALUE);
        for (BsonValue value : foreign) {
            BsonDocument seen = document(1, "seen").append("_sync", value).append("after", new BsonInt32(1));
            world().put(Side.HUB, ORDERS, seen);

            assertThat(stamp(seen)).as("%s", value).isEqualTo(Outcome.APPLIED);

            assertStamped(seen);
            world().remove(Side.HUB, key(ORDERS, 1));
        }
    }

    /** Servers before 5.0 take such names in an insert and refuse the whole document as a replacement, code 52. */
    @Test
    void stampsADocumentWithNestedNamesThatLookLikeOperators() {
        BsonDocument nested = new BsonDocument("$price", new BsonInt32(1)).append("a.b", new BsonInt32(2));
        BsonDocument seen = document(1, "seen")
                .append("nested", nested)
                .append("list", new BsonArray(List.of(new BsonDocument("$inc", new BsonInt32(1)))));
        world().put(Side.HUB, ORDERS, seen);

        assertThat(stamp(seen)).isEqualTo(Outcome.APPLIED);

        assertStamped(seen);
    }

    /** Too large to be sent twice, not too large to be sent as a guard. */
    @Test
    void stampsLargeDocuments() {
        for (int size : new int[] {9_000_000, 15_500_000}) {
            BsonDocument seen = Samples.large(1, size, 'x');
            world().put(Side.HUB, ORDERS, seen);
            BsonDocument changed = Samples.large(1, size, 'y');
            assertThat(stamp(changed)).as("%s bytes, changed", size).isEqualTo(Outcome.MISSED);

            world().remove(Side.HUB, key(ORDERS, 1));
            world().put(Side.HUB, ORDERS, seen);

            assertThat(stamp(seen)).as("%s bytes", size).isEqualTo(Outcome.APPLIED);

            assertStamped(seen);
            world().remove(Side.HUB, key(ORDERS, 1));
        }
    }
}
