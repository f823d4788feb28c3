package io.tandem.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fake.FakeDevice;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class CheckpointerTest {
    private final Faults faults = new Faults();
    private final FakeDevice device = new FakeDevice(faults);
    private final Checkpointer checkpointer = new Checkpointer(device);

    private static Position at(int place) {
        return new Position(new BsonDocument("at", new BsonInt32(place)));
    }

    private boolean save(int place) {
        return checkpointer.save(Side.LOCAL, Optional.of(at(place)), 1_000L + place);
    }

    @Test
    void savesHowFarASideIsSettled() {
        assertThat(save(1)).isTrue();

        assertThat(device.positions).containsEntry(Side.LOCAL, at(1)).doesNotContainKey(Side.HUB);
        assertThat(checkpointer.savedAtMillis(Side.LOCAL)).hasValue(1_001L);
        assertThat(checkpointer.savedAtMillis(Side.HUB)).isEmpty();
    }

    @Test
    void savesNothingWhileNothingIsSettled() {
        assertThat(checkpointer.save(Side.LOCAL, Optional.empty(), 1)).isTrue();

        assertThat(device.writes()).isZero();
        assertThat(checkpointer.savedAtMillis(Side.LOCAL)).isEmpty();
    }

    @Test
    void savesAPositionOnce() {
        save(1);
        save(1);

        assertThat(device.writes()).isEqualTo(1);
    }

    @Test
    void asksForAResyncWhenASavedPositionWasRemovedByHand() {
        save(1);
        device.positions.remove(Side.LOCAL);

        assertThat(save(2)).isFalse();

        assertThat(device.positions).isEmpty();
    }

    @Test
    void asksForAResyncWhenAPositionLoadedAtTheStartWasRemovedByHand() {
        device.positions.put(Side.LOCAL, at(1));
        checkpointer.load(Side.LOCAL);
        device.positions.remove(Side.LOCAL);

        assertThat(save(2)).isFalse();
    }

    @Test
    void savesAgainOnceTheResyncWasAskedFor() {
        save(1);
        device.positions.remove(Side.LOCAL);
        save(2);

        assertThat(save(3)).isTrue();

        assertThat(device.positions).containsEntry(Side.LOCAL, at(3));
    }

    @Test
    void savesAFirstPositionWhereNoneIsExpected() {
        assertThat(checkpointer.load(Side.LOCAL)).isEmpty();

        assertThat(save(1)).isTrue();
    }

    @Test
    void triesTheSamePositionAgainAfterAFailure() {
        faults.breakDown();
        assertThatThrownBy(() -> save(1)).isInstanceOf(SyncException.class);
        assertThat(checkpointer.savedAtMillis(Side.LOCAL)).isEmpty();
        faults.heal();

        assertThat(save(1)).isTrue();

        assertThat(device.positions).containsEntry(Side.LOCAL, at(1));
    }

    @Test
    void expectsNoPositionAfterItDroppedOne() {
        save(1);

        checkpointer.clear(Side.LOCAL);

        assertThat(device.positions).isEmpty();
        assertThat(save(2)).isTrue();
    }

    @Test
    void savesAnewAfterAnotherAgentMayHaveWorked() {
        save(1);
        checkpointer.forget();

        save(1);

        assertThat(device.writes()).isEqualTo(2);
    }
}
