package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.key;
import static io.tandem.contract.port.Samples.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Mark.HubChange;
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Base states, dirty marks, fences. */
abstract class BaseStoreContract extends PortContract {
    private static final String ORDERS = "orders";
    private static final StateId LIVE = new StateId(new Version(100, "a"), new ContentHash(1, 2));
    private static final StateId DELETED = StateId.deleted(new Version(200, "b"));

    private static BaseRecord agreed(StateId state) {
        return BaseRecord.agreed(state, Optional.empty());
    }

    private static BaseRecord dirty(long time) {
        return agreed(LIVE).withMark(Mark.at(time));
    }

    @Test
    void remembersEveryPartOfARecord() {
        Intent intent = new Intent(
                OptionalLong.of(9),
                new ContentHash(3, 4),
                Optional.of(new ContentHash(5, 6)),
                LIVE,
                Optional.of(raw(Samples.document(1, "intent"))));
        Pushing pushing = new Pushing(DELETED, Optional.of(raw(Samples.document(1, "pushing"))));
        BaseRecord full = new BaseRecord(
                Optional.of(LIVE),
                Optional.of(raw(Samples.document(1, "base"))),
                Optional.of(intent),
                Optional.of(pushing),
                Optional.of(new Mark(OptionalLong.of(7), true, Optional.of(new HubChange(8, true)))));
        Intent create = new Intent(
                OptionalLong.empty(), new ContentHash(7, 8), Optional.of(ContentHash.DELETED), LIVE, Optional.empty());
        Intent delete =
                new Intent(OptionalLong.of(1L << 60), ContentHash.DELETED, Optional.empty(), DELETED, Optional.empty());
        Map<DocKey, BaseRecord> records = Map.of(
                key(ORDERS, 1), full,
                key(ORDERS, 2), agreed(DELETED),
                key(ORDERS, 3), BaseRecord.NONE.withIntent(delete),
                key(ORDERS, 4), BaseRecord.NONE.withMark(Mark.LOOK),
                key(ORDERS, 6), BaseRecord.NONE.withIntent(create),
                key(ORDERS, 7), BaseRecord.NONE.withMark(Mark.HAD_DOCUMENT.and(Hints.hub(9, false))));
        world().bases().save(records);
        assertThat(world().bases()
                        .load(List.of(
                                key(ORDERS, 1),
                                key(ORDERS, 2),
                                key(ORDERS, 3),
                                key(ORDERS, 4),
                                key(ORDERS, 5),
                                key(ORDERS, 6),
                                key(ORDERS, 7))))
                .isEqualTo(records);
    }

    @Test
    void forgetsWhatIsNone() {
        world().bases().save(Map.of(key(ORDERS, 1), agreed(LIVE), key(ORDERS, 2), agreed(LIVE)));
        world().bases().save(Map.of(key(ORDERS, 1), BaseRecord.NONE, key(ORDERS, 9), BaseRecord.NONE));
        assertThat(world().bases().load(List.of(key(ORDERS, 1), key(ORDERS, 2))))
                .containsOnlyKeys(key(ORDERS, 2));
    }

    @Test
    void remembersUnderEveryTypeOfId() {
        List<DocKey> keys =
                Samples.IDS.stream().map(id -> DocKey.of(ORDERS, id)).toList();
        for (DocKey key : keys) {
            world().bases().save(Map.of(key, agreed(LIVE)));
        }
        assertThat(world().bases().load(keys)).containsOnlyKeys(keys);
        assertThat(world().bases().countLive(ORDERS)).isEqualTo(keys.size());
    }

    @Test
    void listsDirtyMarksPageByPage() {
        List<DocKey> marked = new ArrayList<>();
        for (BsonValue id : Samples.IDS) {
            marked.add(DocKey.of(ORDERS, id));
            marked.add(DocKey.of("people", id));
        }
        for (DocKey key : marked) {
            world().bases().save(Map.of(key, dirty(5)));
        }
        world().bases().save(Map.of(key("clean", 1), agreed(LIVE)));
        List<DocKey> listed = new ArrayList<>();
        Optional<DocKey> after = Optional.empty();
        List<DocKey> page = world().bases().dirty(after, 7);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            listed.addAll(page);
            page = world().bases().dirty(Optional.of(page.get(page.size() - 1)), 7);
        }
        assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(marked);
        assertThat(world().bases().countDirty()).isEqualTo(marked.size());
    }

    @Test
    void aCleanKeyIsNoLongerDirty() {
        world().bases().save(Map.of(key(ORDERS, 1), dirty(5)));
        world().bases().save(Map.of(key(ORDERS, 1), agreed(LIVE)));
        assertThat(world().bases().countDirty()).isZero();
        assertThat(world().bases().dirty(Optional.empty(), 10)).isEmpty();
    }

    @Test
    void countsLiveDocumentsOfOneCollection() {
        world().bases()
                .save(Map.of(
                        key(ORDERS, 1), agreed(LIVE),
                        key(ORDERS, 2), dirty(1),
                        key(ORDERS, 3), agreed(DELETED),
                        key(ORDERS, 4), BaseRecord.NONE.withMark(Mark.at(1)),
                        key("people", 5), agreed(LIVE)));
        assertThat(world().bases().countLive(ORDERS)).isEqualTo(2);
        world().bases().save(Map.of(key(ORDERS, 1), agreed(DELETED)));
        assertThat(world().bases().countLive(ORDERS)).isEqualTo(1);
        assertThat(world().bases().countLive("nothing")).isZero();
    }

    @Test
    void namesTheCollections() {
        world().bases().save(Map.of(key("b", 1), agreed(LIVE), key("a", 1), agreed(DELETED), key("b", 2), dirty(1)));
        assertThat(world().bases().collections()).containsExactlyInAnyOrder("a", "b");
        world().bases().forgetAll();
        assertThat(world().bases().collections()).isEmpty();
    }

    @Test
    void forgetsOldDeletesThatNothingIsPendingFor() {
        world().bases()
                .save(Map.of(
                        key(ORDERS, 1), agreed(DELETED),
                        key(ORDERS, 2), agreed(LIVE),
                        key(ORDERS, 3), agreed(DELETED).withMark(Mark.at(300)),
                        key(ORDERS, 4), agreed(StateId.deleted(new Version(201, "a")))));
        assertThat(world().bases().forgetDeletedBefore(201)).isEqualTo(1);
        assertThat(world().bases().load(List.of(key(ORDERS, 1), key(ORDERS, 2), key(ORDERS, 3), key(ORDERS, 4))))
                .containsOnlyKeys(key(ORDERS, 2), key(ORDERS, 3), key(ORDERS, 4));
    }

    @Test
    void refusesAnAgentThatAnotherHasOvertaken() {
        BaseStore first = world().bases(1);
        BaseStore second = world().bases(2);
        first.save(Map.of(key(ORDERS, 1), agreed(LIVE)));
        second.save(Map.of(key(ORDERS, 1), agreed(DELETED)));
        assertFenced(() -> first.save(Map.of(key(ORDERS, 1), agreed(LIVE))));
        assertFenced(() -> first.save(Map.of(key(ORDERS, 1), BaseRecord.NONE)));
        assertThat(second.load(List.of(key(ORDERS, 1)))).containsValue(agreed(DELETED));
        second.save(Map.of(key(ORDERS, 1), agreed(LIVE)));
        assertThat(second.load(List.of(key(ORDERS, 1)))).containsValue(agreed(LIVE));
    }

    @Test
    void remembersWhatIsTakenForNewWhetherItIsOrNot() {
        BaseStore bases = world().bases();
        bases.save(Map.of(key(ORDERS, 1), agreed(LIVE)));
        bases.save(
                Map.of(
                        key(ORDERS, 1), agreed(DELETED),
                        key(ORDERS, 2), agreed(LIVE),
                        key(ORDERS, 3), agreed(LIVE),
                        key(ORDERS, 4), BaseRecord.NONE),
                key -> !key.equals(key(ORDERS, 3)));
        assertThat(bases.load(List.of(key(ORDERS, 1), key(ORDERS, 2), key(ORDERS, 3), key(ORDERS, 4))))
                .isEqualTo(Map.of(
                        key(ORDERS, 1), agreed(DELETED),
                        key(ORDERS, 2), agreed(LIVE),
                        key(ORDERS, 3), agreed(LIVE)));
    }

    @Test
    void refusesAnOvertakenAgentAlsoWhatThatTakesForNew() {
        BaseStore first = world().bases(1);
        BaseStore second = world().bases(2);
        second.save(Map.of(key(ORDERS, 1), agreed(DELETED)), any -> true);
        assertFenced(() -> first.save(Map.of(key(ORDERS, 1), agreed(LIVE)), any -> true));
        assertThat(second.load(List.of(key(ORDERS, 1)))).containsValue(agreed(DELETED));
    }

    private static void assertFenced(ThrowingCallable save) {
        assertThatThrownBy(save)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.FENCED));
    }

    @Test
    void savesMoreThanOneBulkHolds() {
        Map<DocKey, BaseRecord> records = new HashMap<>();
        for (int i = 0; i < 2_300; i++) {
            records.put(key(ORDERS, i), agreed(LIVE));
        }
        world().bases().save(records);
        assertThat(world().bases().load(records.keySet())).hasSize(2_300);
    }
}
