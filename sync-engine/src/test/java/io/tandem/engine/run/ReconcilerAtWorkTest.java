package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** While the hub can be reached. */
class ReconcilerAtWorkTest {
    private static final int KEYS = 20;

    private final Cell cell = new Cell();
    private final HubLink hub = cell.hub(true);
    private final Membership membership = new Membership(cell.core);
    private final Settlement settlement = new Settlement(cell.core, cell.leadership);
    private final Reconciler reconciler = new Reconciler(
            cell.core,
            "worker-1",
            cell.leadership,
            hub,
            membership,
            new HeldDeletesDesk(cell.core),
            settlement,
            new HistoryGate(cell.core, cell.feed(Side.LOCAL), cell.feed(Side.HUB)));

    ReconcilerAtWorkTest() {
        membership.load();
        hub.run();
        assertThat(hub.isUp()).isTrue();
        for (int id = 1; id <= KEYS; id++) {
            cell.sides.local.put(key(id), Doc.of(new BsonDocument("_id", key(id).id())));
            cell.core.queue.add(key(id), Hints.local(id), Lane.LIVE, Optional.empty());
        }
    }

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    private void runUntilQuiet() {
        for (int turn = 0; cell.core.queue.size() > 0 && turn < 100; turn++) {
            reconciler.run();
            cell.pass(Duration.ofSeconds(1));
        }
        assertThat(cell.core.queue.size()).isZero();
    }

    @Test
    void bringsAWholeBatchIntoStep() {
        assertThat(reconciler.run()).isTrue();

        assertThat(cell.core.queue.size()).isZero();
        assertThat(cell.sides.hub).hasSize(KEYS);
        assertThat(cell.bases.of(key(1)).isLive()).isTrue();
        assertThat(reconciler.run()).as("nothing is left to do").isFalse();
    }

    @Test
    void anErrorThatNobodyForesawStopsTheOneKeyThatCausesIt() {
        cell.sides.stumblingBlocks.add(key(7));

        reconciler.run();

        assertThat(cell.core.queue.size()).isZero();
        assertThat(cell.sides.hub).hasSize(KEYS - 1).doesNotContainKey(key(7));
        assertThat(cell.quarantine.entries).containsOnlyKeys(key(7));
        assertThat(cell.quarantine.entries.get(key(7)).code()).isEqualTo(FaultCode.UNKNOWN);
    }

    @Test
    void readsFewerTogetherWhenDocumentsAreTooLargeForABatch() {
        cell.sides.readMax = 2;
        reconciler.run();
        assertThat(cell.core.batchSize.keys()).isLessThanOrEqualTo(2);
        assertThat(cell.core.queue.size()).isEqualTo(KEYS);

        runUntilQuiet();

        assertThat(cell.sides.hub).hasSize(KEYS);
        assertThat(cell.quarantine.entries).isEmpty();
    }

    @Test
    void marksDurablyWhatItCannotBringToAHubThatWentAway() {
        cell.sides.hubFailure = Optional.of(FaultCode.HUB_UNREACHABLE);
        reconciler.run();
        assertThat(hub.isUp()).isFalse();
        assertThat(cell.core.queue.size()).isEqualTo(KEYS);

        runUntilQuiet();

        assertThat(cell.bases.countDirty()).isEqualTo(KEYS);
        assertThat(cell.bases.of(key(7)).dirtyTime()).hasValue(7);
        assertThat(cell.sides.hub).isEmpty();
    }

    @Test
    void writesNothingWhenTheLeaseWasLost() {
        cell.leadership.lost();

        assertThat(reconciler.run()).isFalse();

        assertThat(cell.sides.hub).isEmpty();
        assertThat(cell.core.queue.size()).isEqualTo(KEYS);
    }
}
