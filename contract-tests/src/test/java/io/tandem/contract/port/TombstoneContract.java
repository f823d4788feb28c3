package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.write.GuardedTarget.Burial;
import io.tandem.engine.write.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Tombstones and how the reader finds them. */
abstract class TombstoneContract extends PortContract {
    private static final String ORDERS = "orders";
    private static final Version PARENT = new Version(50, "b");

    private Outcome bury(DocKey key, long time, String origin) {
        Tombstone tombstone = new Tombstone(new Version(time, origin), PARENT);
        return world().target().bury(List.of(new Burial(key, tombstone))).get(0);
    }

    private Optional<Tombstone> tombstone(DocKey key) {
        Map<DocKey, HubState> states = world().reader().readHub(List.of(key));
        assertThat(states).containsOnlyKeys(key);
        return Optional.ofNullable(states.get(key)).flatMap(HubState::tombstone);
    }

    @Test
    void remembersADelete() {
        assertThat(bury(key(ORDERS, 1), 100, "a")).isEqualTo(Outcome.APPLIED);
        assertThat(tombstone(key(ORDERS, 1))).contains(new Tombstone(new Version(100, "a"), PARENT));
        assertThat(tombstone(key("people", 1))).isEmpty();
    }

    @Test
    void laterOnesReplaceEarlierOnesAndNeverTheOtherWayRound() {
        assertThat(bury(key(ORDERS, 1), 100, "b")).isEqualTo(Outcome.APPLIED);
        assertThat(bury(key(ORDERS, 1), 99, "c")).isEqualTo(Outcome.MISSED);
        assertThat(bury(key(ORDERS, 1), 100, "a")).isEqualTo(Outcome.MISSED);
        assertThat(bury(key(ORDERS, 1), 100, "b")).as("the same again").isEqualTo(Outcome.APPLIED);
        assertThat(bury(key(ORDERS, 1), 100, "c")).isEqualTo(Outcome.APPLIED);
        assertThat(bury(key(ORDERS, 1), 101, "a")).isEqualTo(Outcome.APPLIED);
        assertThat(tombstone(key(ORDERS, 1)).map(Tombstone::version)).contains(new Version(101, "a"));
    }

    @Test
    void remembersDeletesUnderEveryTypeOfId() {
        for (BsonValue id : Samples.IDS) {
            assertThat(bury(DocKey.of(ORDERS, id), 100, "a")).as("%s", id).isEqualTo(Outcome.APPLIED);
        }
        List<DocKey> keys =
                Samples.IDS.stream().map(id -> DocKey.of(ORDERS, id)).toList();
        assertThat(world().reader().readHub(keys).values())
                .hasSize(keys.size())
                .allSatisfy(state -> assertThat(state.tombstone()).isPresent());
    }

    @Test
    void readsDocumentAndTombstoneTogether() {
        world().put(Side.HUB, ORDERS, document(1, "residue"));
        bury(key(ORDERS, 1), 100, "a");
        HubState state = world().reader().readHub(List.of(key(ORDERS, 1))).getOrDefault(key(ORDERS, 1), HubState.EMPTY);
        assertThat(state.doc()).isPresent();
        assertThat(state.tombstone()).isPresent();
    }
}
