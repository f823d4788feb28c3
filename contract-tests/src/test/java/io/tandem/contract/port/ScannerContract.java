package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.scan.KeyScanner.CollectionInfo;
import io.tandem.engine.scan.KeyScanner.Pages;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.scan.KeyScanner.Scanned;
import io.tandem.engine.scan.KeyScanner.ScannedBase;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole collections in order. */
abstract class ScannerContract extends PortContract {
    private static final String ORDERS = "orders";
    private static final StateId LIVE = new StateId(new Version(100, "a"), new ContentHash(1, 2));

    private static <T> List<T> all(Pages<T> pages) {
        List<T> result = new ArrayList<>();
        try (pages) {
            for (List<T> page = pages.next(); !page.isEmpty(); page = pages.next()) {
                result.addAll(page);
            }
        }
        return result;
    }

    private List<DocKey> scan(Side side, Range range) {
        return all(world().scanner().documents(side, ORDERS, range)).stream()
                .map(found -> DocKey.of(ORDERS, found.id()))
                .toList();
    }

    private static List<DocKey> keys(List<BsonValue> ids) {
        return ids.stream().map(id -> DocKey.of(ORDERS, id)).toList();
    }

    private void insert(Side side, int count) {
        List<Swap> swaps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            swaps.add(new Swap(key(ORDERS, i), Optional.empty(), Optional.of(Samples.raw(document(i, "x")))));
        }
        world().target().swap(side, swaps);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void readsAllTypesOfIdsInTheServersOrder(Side side) {
        Samples.IDS.forEach(id -> world().put(side, ORDERS, document(id, "x")));
        assertThat(scan(side, Range.ALL)).containsExactlyElementsOf(keys(Samples.IDS));
        assertThat(Samples.IDS).isSortedAccordingTo(BsonOrder.INSTANCE);
    }

    @Test
    void aRangeLeavesOutItsStartAndIncludesItsEnd() {
        Samples.IDS.forEach(id -> world().put(Side.HUB, ORDERS, document(id, "x")));
        int count = Samples.IDS.size();
        for (int from = -1; from < count; from += 3) {
            for (int to = Math.max(from, 0); to < count; to += 4) {
                Optional<BsonValue> after = from < 0 ? Optional.empty() : Optional.of(Samples.IDS.get(from));
                assertThat(scan(Side.HUB, new Range(after, Optional.of(Samples.IDS.get(to)))))
                        .containsExactlyElementsOf(keys(Samples.IDS.subList(from + 1, to + 1)));
            }
        }
        assertThat(scan(Side.HUB, new Range(Optional.of(Samples.IDS.get(5)), Optional.empty())))
                .containsExactlyElementsOf(keys(Samples.IDS.subList(6, count)));
    }

    @Test
    void aRangeNeedsNoDocumentAtItsEnds() {
        insert(Side.LOCAL, 20);
        world().remove(Side.LOCAL, key(ORDERS, 5));
        world().remove(Side.LOCAL, key(ORDERS, 10));
        assertThat(scan(Side.LOCAL, new Range(Optional.of(new BsonInt32(5)), Optional.of(new BsonInt32(10)))))
                .containsExactly(key(ORDERS, 6), key(ORDERS, 7), key(ORDERS, 8), key(ORDERS, 9));
    }

    @Test
    void readsMoreThanAPage() {
        insert(Side.LOCAL, 3_100);
        List<DocKey> found = scan(Side.LOCAL, Range.ALL);
        assertThat(found).hasSize(3_100);
        assertThat(found.get(3_099)).isEqualTo(key(ORDERS, 3_099));
    }

    @Test
    void reducesDocumentsToWhatAComparisonNeeds() {
        Doc plain = doc(document(1, "x"));
        SyncMeta meta = new SyncMeta(new Version(100, "other"), plain.hash());
        world().put(Side.HUB, ORDERS, Doc.withMeta(plain.content(), meta));
        world().put(Side.LOCAL, ORDERS, document(1, "x"));
        Scanned onHub =
                all(world().scanner().documents(Side.HUB, ORDERS, Range.ALL)).get(0);
        assertThat(onHub.hash()).isEqualTo(plain.hash());
        assertThat(onHub.meta()).contains(meta);
        Scanned onLocal =
                all(world().scanner().documents(Side.LOCAL, ORDERS, Range.ALL)).get(0);
        assertThat(onLocal.hash()).isEqualTo(plain.hash());
        assertThat(onLocal.meta()).isEmpty();
    }

    @Test
    void goesOnAfterLargeDocuments() {
        for (int i = 0; i < 6; i++) {
            world().put(Side.LOCAL, ORDERS, Samples.large(i, 5_000_000, 'a'));
        }
        assertThat(scan(Side.LOCAL, Range.ALL)).hasSize(6);
    }

    @Test
    void readsBaseStatesInTheSameOrder() {
        Map<DocKey, BaseRecord> records = new HashMap<>();
        for (BsonValue id : Samples.IDS) {
            records.put(DocKey.of(ORDERS, id), BaseRecord.agreed(LIVE, Optional.of(Samples.raw(document(id, "base")))));
            records.put(DocKey.of("orderz", id), BaseRecord.agreed(LIVE, Optional.empty()));
        }
        world().bases().save(records);
        List<ScannedBase> found = all(world().scanner().bases(ORDERS, Range.ALL));
        assertThat(found.stream().map(base -> DocKey.of(ORDERS, base.id())).toList())
                .containsExactlyElementsOf(keys(Samples.IDS));
        assertThat(found)
                .allSatisfy(base -> assertThat(base.record()).isEqualTo(BaseRecord.agreed(LIVE, Optional.empty())));
        Range range = new Range(Optional.of(Samples.IDS.get(3)), Optional.of(Samples.IDS.get(9)));
        assertThat(all(world().scanner().bases(ORDERS, range)).stream()
                        .map(base -> DocKey.of(ORDERS, base.id()))
                        .toList())
                .containsExactlyElementsOf(keys(Samples.IDS.subList(4, 10)));
    }

    @Test
    void cutsALargeCollectionIntoRangesThatCoverIt() {
        insert(Side.HUB, 12_000);
        List<BsonValue> cuts = world().scanner().split(ORDERS, 4);
        assertThat(cuts).hasSizeLessThanOrEqualTo(3).isSortedAccordingTo(BsonOrder.INSTANCE);
        int total = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            Optional<BsonValue> after = i == 0 ? Optional.empty() : Optional.of(cuts.get(i - 1));
            Optional<BsonValue> upTo = i == cuts.size() ? Optional.empty() : Optional.of(cuts.get(i));
            total += scan(Side.HUB, new Range(after, upTo)).size();
        }
        assertThat(total).isEqualTo(12_000);
    }

    @Test
    void anAbsentCollectionIsEmpty() {
        assertThat(world().scanner().estimate(Side.HUB, "nothing")).isZero();
        assertThat(world().scanner().split("nothing", 4)).isEmpty();
        assertThat(all(world().scanner().documents(Side.HUB, "nothing", Range.ALL)))
                .isEmpty();
        assertThat(all(world().scanner().bases("nothing", Range.ALL))).isEmpty();
    }

    @Test
    void listsApplicationsCollectionsOnly() {
        world().put(Side.HUB, ORDERS, document(1, "x"));
        world().put(Side.HUB, "_tandem_selftest_x", document(1, "x"));
        world().hub().heartbeat(HubStoreContract.heartbeat("a", "nonce", 1));
        assertThat(world().scanner().collections(Side.HUB))
                .containsExactly(new CollectionInfo(ORDERS, true, "collection"));
        assertThat(world().scanner().collections(Side.LOCAL)).isEmpty();
    }
}
