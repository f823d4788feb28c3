package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Mark;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** Keys that were noted on the device come back into the queue. */
class MarksTest {
    private static final Duration TURN = Duration.ofMillis(250);

    private final Cell cell = new Cell();
    private boolean catchingUp;
    private final HubLink hub = cell.hub(true);
    private final Step step = cell.upkeep(hub).marks(() -> catchingUp);

    MarksTest() {
        hub.run();
        assertThat(hub.isUp()).isTrue();
        turns(2);
    }

    private void turns(int count) {
        for (int turn = 0; turn < count; turn++) {
            cell.pass(TURN);
            step.run();
        }
    }

    private DocKey noted(int id) {
        DocKey key = DocKey.of("orders", new BsonInt32(id));
        cell.bases.records.put(key, BaseRecord.NONE.withMark(Mark.at(7)));
        return key;
    }

    private Set<DocKey> queued() {
        Set<DocKey> keys = new HashSet<>();
        for (Work work : cell.core.queue.take(100_000)) {
            keys.add(work.key());
        }
        return keys;
    }

    @Test
    void queuesWhatThisAgentNotesAtTheNextTurn() {
        DocKey key = noted(1);
        cell.core.notesWaiting.set(true);

        turns(1);

        assertThat(queued()).containsExactly(key);
    }

    @Test
    void findsWhatSomebodyElseNotedWithinHalfAMinute() {
        turns(1);
        DocKey key = noted(1);

        turns(4 * 30);

        assertThat(queued()).containsExactly(key);
    }

    @Test
    void waitsWhileTheFeedStillAddsToThem() {
        catchingUp = true;
        DocKey key = noted(1);
        cell.core.notesWaiting.set(true);
        turns(8);
        assertThat(queued()).isEmpty();

        catchingUp = false;
        turns(1);

        assertThat(queued()).containsExactly(key);
    }

    @Test
    void readsPageAfterPage() {
        Set<DocKey> keys = new HashSet<>();
        for (int id = 0; id < 4_500; id++) {
            keys.add(noted(id));
        }
        cell.core.notesWaiting.set(true);

        turns(4);

        assertThat(queued()).isEqualTo(keys);
    }

    @Test
    void looksAgainAfterAFailure() {
        DocKey key = noted(1);
        cell.core.notesWaiting.set(true);
        cell.pass(TURN);
        cell.faults.breakDown();
        step.run();
        cell.faults.heal();
        assertThat(queued()).isEmpty();

        turns(1);

        assertThat(queued()).isEqualTo(new HashSet<>(List.of(key)));
    }
}
