package io.tandem.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import java.util.Optional;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class VanishedTest {
    private final Stock stock = new Stock();
    private final Vanished vanished = new Vanished(stock.scanner, stock.sides, stock.bases);

    VanishedTest() {
        stock.agreed("c", 1, 10);
        stock.agreed("d", 1, 3);
        stock.deleteLocally("c", 2, 4);
        stock.deleteOnHub("c", 7, 8);
    }

    @Test
    void namesWhatIsGoneFromEachSide() {
        assertThat(vanished.list("c", Side.LOCAL, 100))
                .containsExactly(new BsonInt32(2), new BsonInt32(3), new BsonInt32(4));
        assertThat(vanished.list("c", Side.HUB, 100)).containsExactly(new BsonInt32(7), new BsonInt32(8));
        assertThat(vanished.list("d", Side.LOCAL, 100)).isEmpty();
        assertThat(stock.scanner.open()).isZero();
    }

    @Test
    void namesNoMoreThanItIsAskedFor() {
        assertThat(vanished.list("c", Side.LOCAL, 2)).containsExactly(new BsonInt32(2), new BsonInt32(3));
    }

    @Test
    void doesNotNameADeleteThatBothSidesAgreedOn() {
        stock.bases.records.put(
                Stock.key("c", 2), BaseRecord.agreed(StateId.deleted(new Version(9, "x")), Optional.empty()));

        assertThat(vanished.list("c", Side.LOCAL, 100)).containsExactly(new BsonInt32(3), new BsonInt32(4));
    }

    @Test
    void makesTheHubsDocumentsCountAsNewOnTheDevice() {
        long count = vanished.disbelieve("c", Side.LOCAL);

        assertThat(count).isEqualTo(3);
        assertThat(stock.bases.of(Stock.key("c", 2))).isEqualTo(BaseRecord.NONE);
        assertThat(stock.bases.of(Stock.key("c", 5)).isLive()).isTrue();
        assertThat(stock.bases.of(Stock.key("c", 7)).isLive()).isTrue();
    }

    @Test
    void makesTheDevicesDocumentsCountAsChangedSinceTheHubDeletedThem() {
        Version deleted = new Version(77, "x");
        stock.sides.tombstones.put(Stock.key("c", 7), new Tombstone(deleted, Version.NONE));

        long count = vanished.disbelieve("c", Side.HUB);

        assertThat(count).isEqualTo(2);
        assertThat(stock.bases.of(Stock.key("c", 7)).state()).hasValue(StateId.deleted(deleted));
        assertThat(stock.bases.of(Stock.key("c", 8))).isEqualTo(BaseRecord.NONE);
    }

    @Test
    void closesWhatItReadsWhenItFails() {
        stock.faults.breakDown();

        assertThatThrownBy(() -> vanished.disbelieve("c", Side.LOCAL)).isInstanceOf(SyncException.class);

        assertThat(stock.scanner.open()).isZero();
        assertThat(stock.bases.of(Stock.key("c", 2)).isLive()).isTrue();
    }
}
