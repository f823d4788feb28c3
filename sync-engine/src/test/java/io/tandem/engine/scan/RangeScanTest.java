package io.tandem.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.SyncException;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.scan.KeyScanner.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** Covers {@link CollectionScan} as well, without which a range cannot be compared. */
class RangeScanTest {
    private static final int DOCUMENTS = 20;

    private final Stock stock = new Stock();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong differing = new AtomicLong();
    private BiPredicate<DocKey, ContentHash> leftAlone = (key, local) -> false;
    private Map<Side, Boolean> emptySide = Map.of();
    private boolean readsHub = true;

    RangeScanTest() {
        stock.agreed("c", 1, DOCUMENTS);
    }

    private static DocKey key(int id) {
        return Stock.key("c", id);
    }

    private CollectionScan scan(Range... ranges) {
        return new CollectionScan(
                "c",
                readsHub,
                List.of(ranges),
                stock.scanner,
                stock.queue,
                stock.guard,
                DOCUMENTS,
                emptySide,
                leftAlone,
                new CollectionScan.Counters(compared, differing));
    }

    private static void run(CollectionScan scan) {
        for (Optional<RangeScan> range = scan.takeRange(); range.isPresent(); range = scan.takeRange()) {
            range.get().step();
            scan.giveBack(range.get());
        }
    }

    private List<DocKey> found() {
        CollectionScan scan = scan(Range.ALL);
        run(scan);
        assertThat(scan.hasEnded()).isTrue();
        return stock.workOff();
    }

    private static Range upTo(int id) {
        return new Range(Optional.empty(), Optional.of(new BsonInt32(id)));
    }

    private static Range after(int id) {
        return new Range(Optional.of(new BsonInt32(id)), Optional.empty());
    }

    @Test
    void findsNothingWhereBothSidesAreInStep() {
        assertThat(found()).isEmpty();
        assertThat(compared).hasValue(DOCUMENTS);
        assertThat(differing).hasValue(0);
    }

    @Test
    void findsWhatIsNewOrChangedOnEitherSide() {
        Doc stranger = Stock.doc(30, 1);
        stock.sides.local.put(key(3), Stock.doc(3, 7));
        stock.sides.local.put(key(21), Stock.doc(21, 7));
        stock.sides.hub.put(
                key(30), Doc.of(Doc.withMeta(stranger.content(), new SyncMeta(new Version(9, "x"), stranger.hash()))));

        assertThat(found()).containsExactly(key(3), key(21), key(30));
        assertThat(differing).hasValue(3);
    }

    @Test
    void findsAnEditByHandOnTheHubThatLeftTheMetadata() {
        SyncMeta meta = stock.sides.hub.get(key(4)).meta().orElseThrow();
        stock.sides.hub.put(key(4), Doc.of(Doc.withMeta(Stock.doc(4, 9).content(), meta)));

        assertThat(found()).containsExactly(key(4));
    }

    @Test
    void findsAVersionThatMovedAlthoughTheContentIsTheSame() {
        Doc same = Stock.doc(4, 0);
        stock.sides.hub.put(
                key(4), Doc.of(Doc.withMeta(same.content(), new SyncMeta(new Version(99, "x"), same.hash()))));

        assertThat(found()).containsExactly(key(4));
    }

    @Test
    void findsAKeyWithADirtyMarkAlthoughNothingDiffers() {
        BaseRecord base = stock.bases.of(key(5));
        stock.bases.records.put(key(5), base.withMark(Mark.LOOK));

        assertThat(found()).containsExactly(key(5));
    }

    @Test
    void doesNotLookAtTheHubWhereItDoesNotMatter() {
        readsHub = false;
        stock.deleteOnHub("c", 1, DOCUMENTS);
        stock.sides.local.put(key(3), Stock.doc(3, 7));

        assertThat(found()).containsExactly(key(3));
    }

    @Test
    void passesOverAKeyThatIsLeftAloneUntilItsContentChanges() {
        Doc left = Stock.doc(3, 7);
        leftAlone = (key, local) -> local.equals(left.hash());
        stock.sides.local.put(key(3), left);
        assertThat(found()).isEmpty();

        stock.sides.local.put(key(3), Stock.doc(3, 8));

        assertThat(found()).containsExactly(key(3));
    }

    @Test
    void doesNotPassOverAKeyThatIsUnderWay() {
        leftAlone = (key, local) -> true;
        stock.bases.records.put(key(3), stock.bases.of(key(3)).withMark(Mark.at(5)));

        assertThat(found()).containsExactly(key(3));
    }

    @Test
    void keepsDeletesBackUntilEveryRangeHasEnded() {
        stock.deleteLocally("c", 2, 3);
        CollectionScan scan = scan(upTo(10), after(10));
        RangeScan first = scan.takeRange().orElseThrow();
        first.step();
        scan.giveBack(first);

        assertThat(scan.hasEnded()).isFalse();
        assertThat(stock.queue.size()).isZero();
        assertThat(scan.isSettled()).isFalse();
        run(scan);

        assertThat(scan.hasEnded()).isTrue();
        assertThat(scan.held()).isEmpty();
        assertThat(stock.workOff()).containsExactly(key(2), key(3));
        assertThat(scan.isSettled()).isTrue();
    }

    @Test
    void holdsUnusuallyManyDeletesAndQueuesNone() {
        stock.deleteLocally("c", 1, 7);
        CollectionScan scan = scan(upTo(4), after(4)); // neither range shows too many on its own

        run(scan);

        assertThat(scan.hasEnded()).isTrue();
        assertThat(scan.held()).hasValue(new Held(Side.HUB, DOCUMENTS, 7));
        assertThat(stock.queue.size()).isZero();
        assertThat(scan.isSettled()).isTrue();
    }

    @Test
    void letsAsManyDeletesPassAsTheLimitAllows() {
        stock.deleteLocally("c", 1, 6);

        assertThat(found()).hasSize(6);
    }

    @Test
    void judgesEachDirectionOnItsOwn() {
        stock.deleteLocally("c", 1, 5);
        stock.deleteOnHub("c", 6, 10);

        assertThat(found()).hasSize(10);
    }

    @Test
    void holdsDeletesTowardsTheDeviceWhenTheHubLostThem() {
        stock.deleteOnHub("c", 1, 7);
        CollectionScan scan = scan(Range.ALL);

        run(scan);

        assertThat(scan.hasEnded()).isTrue();
        assertThat(scan.held()).hasValue(new Held(Side.LOCAL, DOCUMENTS, 7));
    }

    @Test
    void holdsEvenOneDeleteWhenAWholeSideIsEmpty() {
        emptySide = Map.of(Side.LOCAL, true);
        stock.deleteLocally("c", 1, 1);
        CollectionScan scan = scan(Range.ALL);

        run(scan);

        assertThat(scan.hasEnded()).isTrue();
        assertThat(scan.held()).isPresent();
    }

    @Test
    void letsEverythingPassThatAPersonApproved() {
        stock.guard.lift("c");
        stock.deleteLocally("c", 1, 19);

        assertThat(found()).hasSize(19);
    }

    @Test
    void goesOnWhereItStoppedWhenReadingFailed() {
        stock.sides.local.put(key(1), Stock.doc(1, 7));
        CollectionScan scan = scan(Range.ALL);
        RangeScan range = scan.takeRange().orElseThrow();
        stock.faults.failAt(12); // some pages into the collection
        assertThatThrownBy(range::step).isInstanceOf(SyncException.class);
        assertThat(stock.scanner.open()).isZero();
        assertThat(compared.get()).isBetween(1L, DOCUMENTS - 1L);

        range.step();

        assertThat(range.hasEnded()).isTrue();
        assertThat(compared).hasValue(DOCUMENTS);
        assertThat(stock.workOff()).containsExactly(key(1));
        assertThat(stock.scanner.open()).isZero();
    }

    @Test
    void remembersOnlyThePlaceUpToWhichEverythingIsSettled() {
        stock.sides.local.put(key(5), Stock.doc(5, 7));
        CollectionScan scan = scan(Range.ALL);
        run(scan);

        assertThat(scan.rest()).containsExactly(after(4));
        stock.workOff();

        assertThat(scan.rest()).isEmpty();
    }

    @Test
    void remembersAKeptBackDeleteAsNotSettled() {
        stock.deleteLocally("c", 5, 5);
        CollectionScan scan = scan(Range.ALL);
        run(scan);

        assertThat(scan.rest()).containsExactly(after(4));
    }
}
