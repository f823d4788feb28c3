package io.tandem.contract.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.checkpoint.HubStore.Heartbeat;
import io.tandem.engine.checkpoint.HubStore.HubIdentity;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.Device;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The hub about itself and its devices. */
abstract class HubStoreContract extends PortContract {
    static Heartbeat heartbeat(String device, String nonce, long number) {
        return new Heartbeat(device, nonce, number, 1_000, "1.0", "active", 20, 3, Optional.of(-40L), false);
    }

    @Test
    void theHubHasOneIdentity() {
        HubIdentity first = world().hub().identity();
        assertThat(first.id()).isNotBlank();
        assertThat(first.epoch()).isPositive();
        assertThat(world().hub().identity()).isEqualTo(first);
    }

    @Test
    void remembersTheLatestHeartbeatOfEachDevice() {
        assertThat(world().hub().nonceOf("a")).isEmpty();
        world().hub().heartbeat(heartbeat("a", "first", 1));
        world().hub().heartbeat(heartbeat("b", "other", 1));
        world().hub().heartbeat(heartbeat("a", "second", 2));
        assertThat(world().hub().nonceOf("a")).contains("second");
        List<Device> devices = world().hub().devices("b");
        assertThat(devices).extracting(Device::instanceId).containsExactlyInAnyOrder("a", "b");
        assertThat(devices).extracting(Device::self).containsExactlyInAnyOrder(false, true);
        Device device = devices.get(0);
        assertThat(device.startedAt()).isEqualTo(Instant.ofEpochMilli(1_000));
        assertThat(device.version()).isEqualTo("1.0");
        assertThat(device.role()).isEqualTo("active");
        assertThat(device.lagMillis()).isEqualTo(20);
        assertThat(device.queueSize()).isEqualTo(3);
        assertThat(device.clockOffsetMillis()).contains(-40L);
        assertThat(device.identityClash()).isFalse();
    }

    @Test
    void datesHeartbeatsByTheHubsClock() {
        world().hub().heartbeat(heartbeat("a", "first", 1));
        long seen = world().hub().devices("a").get(0).lastSeenAt().toEpochMilli();
        long now = world().clock().ask(Side.HUB).serverMillis();
        assertThat(now - seen).isBetween(-1_000L, 60_000L);
    }

    @Test
    void preparesAsOftenAsAsked() {
        world().hub().prepare(90);
        world().hub().prepare(90);
        world().hub().prepare(30);
        world().hub().heartbeat(heartbeat("a", "first", 1));
        assertThat(world().hub().devices("a")).hasSize(1);
    }
}
