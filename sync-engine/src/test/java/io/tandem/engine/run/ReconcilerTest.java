package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.Ticket;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/** While the hub is away. */
class ReconcilerTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));

    private final Cell cell = new Cell();
    private final HubLink hub = cell.hub(false);
    private final Reconciler reconciler = new Reconciler(
            cell.core,
            "worker-1",
            cell.leadership,
            hub,
            new Membership(cell.core),
            new HeldDeletesDesk(cell.core),
            new Settlement(cell.core, cell.leadership),
            new HistoryGate(cell.core, cell.feed(Side.LOCAL), cell.feed(Side.HUB)));
    private boolean settled;
    private final Ticket ticket = new Ticket() {
        @Override
        public Object source() {
            return KEY;
        }

        @Override
        public void settle() {
            settled = true;
        }
    };

    @Test
    void notesWhatTheDeviceReportedAndIsDoneWithIt() {
        cell.core.queue.add(KEY, Hints.local(7), Lane.LIVE, Optional.of(ticket));

        assertThat(reconciler.run()).isTrue();

        assertThat(cell.bases.of(KEY).dirtyTime()).hasValue(7);
        assertThat(cell.core.queue.size()).isZero();
        assertThat(settled).isTrue();
    }

    /** The hub's feed tells it once, and a note has no place for it: without it the edit would count as made when the hub is back. */
    @Test
    void keepsInTheQueueWhatOnlyTheHubsFeedCouldDate() {
        cell.core.queue.add(KEY, Hints.hub(5, false), Lane.LIVE, Optional.of(ticket));
        cell.core.queue.add(KEY, Hints.local(7), Lane.LIVE, Optional.empty());

        assertThat(reconciler.run()).isTrue();

        assertThat(cell.core.queue.size()).isEqualTo(1);
        assertThat(cell.bases.of(KEY).dirtyTime()).hasValue(7);
        assertThat(settled)
                .as("the note holds the key, whatever becomes of the queue")
                .isTrue();
        cell.clock.advance(Duration.ofSeconds(1));
        assertThat(cell.core.queue.take(1).get(0).hints())
                .isEqualTo(Hints.local(7).and(Hints.hub(5, false)));
    }

    @Test
    void doesNotKeepItWhenTheQueueHasNoRoom() {
        for (int id = 0; id < Core.QUEUE_CAPACITY / 2; id++) {
            cell.core.queue.add(
                    DocKey.of("d", new BsonInt32(id)), Hints.hub(5, false), Lane.BACKGROUND, Optional.empty());
        }
        cell.core.queue.add(KEY, Hints.hub(5, false), Lane.LIVE, Optional.of(ticket));

        assertThat(reconciler.run()).isTrue();

        assertThat(cell.bases.of(KEY).dirtyTime()).isPresent();
        assertThat(cell.core.queue.anyMatch(KEY::equals)).isFalse();
        assertThat(settled).isTrue();
    }
}
