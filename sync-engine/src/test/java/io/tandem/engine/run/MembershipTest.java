package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final Cell cell = new Cell();
    private final Membership membership = new Membership(cell.core);

    @Test
    void readsTheNameOfTheDeviceWithoutWriting() {
        cell.device.notes.put(Membership.NOTE, new BsonDocument("instanceId", new BsonString("device-7")));

        membership.look();

        assertThat(membership.instanceId()).isEqualTo("device-7");
        assertThat(cell.device.writes()).isZero();
    }

    @Test
    void makesNoNameForADeviceThatHasNoneBeforeItWorksForIt() {
        membership.look();
        assertThat(membership.instanceId()).isEmpty();
        assertThat(cell.device.notes).isEmpty();

        membership.load();

        assertThat(membership.instanceId()).startsWith("device-");
        assertThat(cell.device.notes).containsKey(Membership.NOTE);
    }
}
