package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While the hub can be reached. */
class ReconcilerAtWorkTest {
    private static final int KEYS = 20;

    private final Cell cell = new Cell();
    private final HubLink hub = cell.hub(true);
    private final Membership membership = new Membership(cell.core);
    private final Settlement settlement = new Settlement(cell.core, cell.leadership);
    private final FeedStep localFeed = cell.feed(Side.LOCAL);
    private final Reconciler reconciler = new Reconciler(
            cell.core,
            "worker-1",
            cell.leadership,
            hub,
            membership,
            new HeldDeletesDesk(cell.core),
            settlement,
            new HistoryGate(cell.core, localFeed, cell.feed(Side.HUB)));

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
        assertThat(cell.bases.of(key(7)).mark()).contains(Mark.at(7));
        assertThat(cell.sides.hub).isEmpty();
    }

    /** A poll that finds just what was agreed on would not see that there had been something else in between. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereNoFeedTellsOfAChangeThePushOfTheOneBeforeIsNoted(boolean deleted) {
        cell.localFeed.failToOpenWith(FaultCode.STANDALONE);
        localFeed.run();
        for (int id = 1; id <= KEYS; id++) {
            Version version = new Version(id, "device-1");
            Doc before = Doc.of(new BsonDocument("_id", key(id).id()).append("before", BsonBoolean.TRUE));
            StateId agreed = deleted ? StateId.deleted(version) : new StateId(version, before.hash());
            cell.bases.records.put(key(id), BaseRecord.agreed(agreed, Optional.empty()));
            if (!deleted) {
                SyncMeta meta = new SyncMeta(version, before.hash());
                cell.sides.hub.put(key(id), Doc.of(Doc.withMeta(before.content(), meta)));
            }
        }
        cell.faults.failAt(Integer.MAX_VALUE);

        reconciler.run();

        List<String> passed = cell.faults.passed();
        assertThat(passed).contains("save", "HUB swap");
        assertThat(passed.indexOf("save")).isLessThan(passed.indexOf("HUB swap"));
    }

    /** A scan or a poll of the hub comes across it; the mark knows of the changes only that were told of so far. */
    @Test
    void aMarkedKeyThatIsFoundWhileTheDevicesFeedStillCatchesUpStaysMarked() {
        DocKey marked = key(KEYS + 1);
        cell.sides.local.put(marked, Doc.of(new BsonDocument("_id", marked.id())));
        cell.bases.records.put(marked, BaseRecord.NONE.withMark(Mark.at(7)));
        cell.device.positions.put(Side.LOCAL, FakeFeed.at(50));
        localFeed.run();
        assertThat(localFeed.isCatchingUp()).isTrue();
        cell.core.queue.add(marked, Hints.NONE, Lane.BACKGROUND, Optional.empty());

        runUntilQuiet();

        assertThat(cell.sides.hub).isEmpty();
        assertThat(cell.bases.of(marked).mark()).contains(Mark.at(7));

        localFeed.run();
        assertThat(localFeed.isCatchingUp()).isFalse();
        cell.core.queue.add(marked, Hints.NONE, Lane.BACKGROUND, Optional.empty());
        runUntilQuiet();

        assertThat(cell.sides.hub).containsOnlyKeys(marked);
    }

    /** An edit by hand at 5, noted by an agent that did not live to look at it; the event does not come again. */
    private DocKey notedEditByHand() {
        DocKey edited = key(KEYS + 1);
        cell.sides.hub.put(edited, Doc.of(new BsonDocument("_id", edited.id())));
        cell.bases.records.put(edited, BaseRecord.NONE.withMark(Mark.LOOK.and(Hints.hub(5, false))));
        cell.core.queue.add(edited, Hints.NONE, Lane.BACKGROUND, Optional.empty());
        return edited;
    }

    @Test
    void anEditByHandKeepsTheTimeThatWasNoted() {
        DocKey edited = notedEditByHand();

        runUntilQuiet();

        assertThat(cell.sides.hub.get(edited).validMeta().orElseThrow().version())
                .isEqualTo(new Version(5, Version.ATLAS));
        assertThat(cell.sides.local).containsKey(edited);
        assertThat(cell.bases.of(edited).isOpen()).isFalse();
    }

    /** Between the stamp and the next look somebody edits it again. */
    @Test
    void theNotedTimeDatesNoLaterEdit() {
        DocKey edited = notedEditByHand();
        for (int turn = 0; cell.sides.hub.get(edited).meta().isEmpty() && turn < 100; turn++) {
            reconciler.run();
            cell.pass(Duration.ofSeconds(1));
        }
        assertThat(cell.bases.of(edited).mark()).contains(Mark.LOOK);
        Doc stamped = cell.sides.hub.get(edited);
        BsonDocument again = BsonDocument.parse(stamped.stored().toJson()).append("again", BsonBoolean.TRUE);
        cell.sides.hub.put(edited, Doc.of(again));

        runUntilQuiet();

        assertThat(cell.sides
                        .hub
                        .get(edited)
                        .validMeta()
                        .orElseThrow()
                        .version()
                        .time())
                .isGreaterThan(6);
    }

    @Test
    void writesNothingWhenTheLeaseWasLost() {
        cell.leadership.lost();

        assertThat(reconciler.run()).isFalse();

        assertThat(cell.sides.hub).isEmpty();
        assertThat(cell.core.queue.size()).isEqualTo(KEYS);
    }
}
