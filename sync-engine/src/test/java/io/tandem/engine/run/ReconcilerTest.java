package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.Ticket;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Side;
import java.util.Optional;
import org.bson.BsonDocument;
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

        assertThat(cell.bases.of(KEY).mark()).contains(Mark.at(7));
        assertThat(cell.core.queue.size()).isZero();
        assertThat(settled).isTrue();
    }

    /** The hub's feed tells it once: without the note the edit would count as made when it is looked at. */
    @Test
    void notesWhatOnlyTheHubsFeedCouldDate() {
        cell.core.queue.add(KEY, Hints.hub(5, false), Lane.LIVE, Optional.of(ticket));
        cell.core.queue.add(KEY, Hints.local(7), Lane.LIVE, Optional.empty());
        assertThat(reconciler.run()).isTrue();
        cell.core.queue.add(KEY, Hints.hub(9, true), Lane.LIVE, Optional.empty());
        assertThat(reconciler.run()).isTrue();

        assertThat(cell.core.queue.size()).isZero();
        assertThat(settled).isTrue();
        assertThat(cell.bases.of(KEY).mark()).contains(Mark.at(7).and(Hints.hub(9, true)));
    }

    @Test
    void notesWhetherTheDeviceHadADocumentThatNothingElseTellsOf() {
        DocKey absent = DocKey.of(KEY.collection(), new BsonInt32(8));
        cell.sides.local.put(KEY, Doc.of(new BsonDocument("_id", KEY.id())));
        cell.core.queue.add(KEY, Hints.NONE, Lane.LIVE, Optional.of(ticket));
        cell.core.queue.add(absent, Hints.NONE, Lane.LIVE, Optional.empty());

        assertThat(reconciler.run()).isTrue();

        assertThat(cell.bases.of(KEY).mark()).contains(Mark.HAD_DOCUMENT);
        assertThat(cell.bases.of(absent).mark()).contains(Mark.LOOK);
    }
}
