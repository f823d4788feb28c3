package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Conflict.Winner;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.status.CollectionStatus.Observed;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class ObservationsTest {
    private static final Doc DOC = Doc.of(new BsonDocument("_id", new BsonInt32(1)));
    private static final StateId NEXT = new StateId(new Version(5, "d"), DOC.hash());
    private static final Plan PUSH =
            new Plan.Push(Optional.of(DOC), Optional.empty(), NEXT, Version.NONE, Optional.empty());
    private static final Plan PUSH_DELETE =
            new Plan.Push(Optional.empty(), Optional.of(DOC), NEXT, Version.NONE, Optional.empty());
    private static final Plan APPLY = new Plan.Apply(Optional.of(DOC), Optional.empty(), NEXT, Optional.empty());
    private static final Plan APPLY_DELETE = new Plan.Apply(Optional.empty(), Optional.of(DOC), NEXT, Optional.empty());
    private static final Plan SETTLE = new Plan.Settle(BaseRecord.NONE, false, Optional.empty());

    private final Observations observations = new Observations();

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    private Observed sum() {
        return observations.sum("c");
    }

    @Test
    void countsWhatWouldHaveBeenDone() {
        observations.note(key(1), PUSH);
        observations.note(key(2), PUSH_DELETE);
        observations.note(key(3), APPLY);
        observations.note(key(4), APPLY_DELETE);
        observations.note(key(5), new Plan.Stamp(DOC, new Version(7, "atlas")));
        observations.note(key(6), new Plan.Bury(new Version(7, "atlas"), Version.NONE));
        observations.note(key(7), SETTLE);

        assertThat(sum()).isEqualTo(new Observed(1, 2, 3, 0));
        assertThat(observations.sum("d")).isEqualTo(Observed.NONE);
    }

    @Test
    void countsAConflictBesideWhatItWouldWrite() {
        Conflict conflict = new Conflict(
                key(1), Optional.of(DOC), Version.NONE, Optional.empty(), Version.NONE, "rule", Winner.LOCAL);

        observations.note(
                key(1), new Plan.Push(Optional.of(DOC), Optional.empty(), NEXT, Version.NONE, Optional.of(conflict)));

        assertThat(sum()).isEqualTo(new Observed(1, 0, 0, 1));
    }

    @Test
    void countsADocumentOnceHoweverOftenItIsLookedAt() {
        observations.note(key(1), PUSH);
        observations.note(key(1), PUSH);
        observations.note(key(1), APPLY);

        assertThat(sum()).isEqualTo(new Observed(0, 1, 0, 0));
    }

    @Test
    void takesBackWhatNeedNotBeDoneAnyMore() {
        observations.note(key(1), PUSH);
        observations.note(key(2), APPLY);

        observations.nothing(key(1));
        observations.note(key(2), SETTLE);

        assertThat(sum()).isEqualTo(Observed.NONE);
    }

    @Test
    void beginsAnewPerCollection() {
        observations.note(key(1), PUSH);
        observations.note(DocKey.of("d", new BsonInt32(1)), PUSH);

        observations.forget("c");
        observations.note(key(1), PUSH);

        assertThat(sum()).isEqualTo(new Observed(1, 0, 0, 0));
        assertThat(observations.sum("d")).isEqualTo(new Observed(1, 0, 0, 0));
    }
}
