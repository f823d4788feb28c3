package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
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

    @Test
    void keepsItsNameHoweverOftenItIsKilledWhileItReportsItself() {
        membership.load();
        String name = membership.instanceId();
        membership.join();
        membership.adopt();
        membership.drawNonce();
        cell.heard = Optional.of(membership.reportedNonce()); // and is killed before it knows

        for (int start = 0; start < 2; start++) {
            Membership next = new Membership(cell.core);
            next.load();
            assertThat(next.join()).isEqualTo(Membership.Joined.SAME);
            assertThat(next.instanceId()).isEqualTo(name);
            next.drawNonce(); // and is killed before it reports that
        }
    }
}
