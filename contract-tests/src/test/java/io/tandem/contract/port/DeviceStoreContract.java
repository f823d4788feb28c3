package io.tandem.contract.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.checkpoint.DeviceStore.Lease;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** Positions, notes and the lease. */
abstract class DeviceStoreContract extends PortContract {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static Position position(String text) {
        return new Position(new BsonDocument("data", new BsonDocument("_data", new BsonString(text))));
    }

    @Test
    void keepsOnePositionPerSide() {
        assertThat(world().device().position(Side.HUB)).isEmpty();
        assertThat(world().device().savePosition(Side.HUB, position("one"), false))
                .isTrue();
        assertThat(world().device().savePosition(Side.HUB, position("two"), true))
                .isTrue();
        assertThat(world().device().savePosition(Side.LOCAL, position("local"), false))
                .isTrue();
        assertThat(world().device().position(Side.HUB)).contains(position("two"));
        assertThat(world().device().position(Side.LOCAL)).contains(position("local"));
    }

    /** An operator deletes the position to ask for a resync. */
    @Test
    void doesNotBringARemovedPositionBack() {
        world().device().savePosition(Side.HUB, position("one"), false);
        world().device().clearPosition(Side.HUB);
        assertThat(world().device().savePosition(Side.HUB, position("two"), true))
                .isFalse();
        assertThat(world().device().position(Side.HUB)).isEmpty();
        assertThat(world().device().savePosition(Side.HUB, position("three"), false))
                .isTrue();
        assertThat(world().device().position(Side.HUB)).contains(position("three"));
    }

    @Test
    void keepsNotes() {
        assertThat(world().device().note("clock")).isEmpty();
        world().device().saveNote("clock", new BsonDocument("offset", new BsonInt32(5)));
        world().device().saveNote("clock", new BsonDocument("offset", new BsonInt32(6)));
        assertThat(world().device().note("clock"))
                .map(note -> note.getInt32("offset").getValue())
                .contains(6);
        assertThat(world().device().note("clock"))
                .map(note -> note.getString("_id").getValue())
                .contains("clock");
        world().device().removeNote("clock");
        assertThat(world().device().note("clock")).isEmpty();
    }

    @Test
    void theLeaseHasOneOwnerAtATime() {
        Lease first = world().device().acquire("one", LONG);
        assertThat(first.held()).isTrue();
        assertThat(first.owner()).isEqualTo("one");
        Lease refused = world().device().acquire("two", LONG);
        assertThat(refused).isEqualTo(new Lease(false, first.fence(), "one"));
        assertThat(world().device().acquire("one", LONG)).isEqualTo(first);
    }

    @Test
    void theFenceGrowsWheneverTheOwnerChanges() {
        Lease first = world().device().acquire("one", LONG);
        world().device().release("one");
        Lease second = world().device().acquire("two", LONG);
        assertThat(second).isEqualTo(new Lease(true, first.fence() + 1, "two"));
        world().device().release("one");
        assertThat(world().device().acquire("one", LONG).held())
                .as("a release by somebody else changes nothing")
                .isFalse();
    }

    @Test
    void anExpiredLeaseIsFree() {
        Lease first = world().device().acquire("one", Duration.ofMillis(200));
        Lease second = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> world().device().acquire("two", LONG), Lease::held);
        assertThat(second.fence()).isEqualTo(first.fence() + 1);
        assertThat(world().device().acquire("one", LONG).held()).isFalse();
    }

    @Test
    void oneOfManyGetsTheVeryFirstLease() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Lease>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String owner = "agent-" + i;
                asked.add(threads.submit(() -> world().device().acquire(owner, LONG)));
            }
            List<Lease> leases = new ArrayList<>();
            for (Future<Lease> lease : asked) {
                leases.add(lease.get());
            }
            assertThat(leases).filteredOn(Lease::held).hasSize(1);
            assertThat(leases.stream().map(Lease::owner).distinct()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
