package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import java.util.List;
import java.util.Map;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Reads by key. */
abstract class ReaderContract extends PortContract {
    private static final String ORDERS = "orders";

    @Test
    void leavesOutLocalKeysWithoutDocument() {
        world().put(Side.LOCAL, ORDERS, document(1, "one"));
        world().put(Side.LOCAL, "people", document(1, "other"));
        assertThat(world().reader().readLocal(List.of(key(ORDERS, 1), key(ORDERS, 2))))
                .isEqualTo(Map.of(key(ORDERS, 1), doc(document(1, "one"))));
    }

    @Test
    void answersForEveryHubKey() {
        world().put(Side.HUB, ORDERS, document(1, "one"));
        Map<DocKey, HubState> states = world().reader().readHub(List.of(key(ORDERS, 1), key("people", 2)));
        assertThat(states).containsOnlyKeys(key(ORDERS, 1), key("people", 2));
        assertThat(states.get(key("people", 2))).isEqualTo(HubState.EMPTY);
    }

    @Test
    void readsUnderEveryTypeOfIdByteForByte() {
        for (BsonValue id : Samples.IDS) {
            world().put(Side.LOCAL, ORDERS, document(id, "x"));
        }
        List<DocKey> keys =
                Samples.IDS.stream().map(id -> DocKey.of(ORDERS, id)).toList();
        Map<DocKey, Doc> found = world().reader().readLocal(keys);
        assertThat(found).hasSize(keys.size());
        for (BsonValue id : Samples.IDS) {
            assertThat(found.get(DocKey.of(ORDERS, id))).isEqualTo(doc(document(id, "x")));
        }
    }

    @Test
    void findsANumberUnderAnotherType() {
        world().put(Side.LOCAL, ORDERS, document(new BsonInt32(7), "int"));
        assertThat(world().reader().readLocal(List.of(DocKey.of(ORDERS, new BsonInt64(7)))))
                .containsValue(doc(document(new BsonInt32(7), "int")));
    }

    @Test
    void readsNothingForNothing() {
        assertThat(world().reader().readLocal(List.of())).isEmpty();
        assertThat(world().reader().readHub(List.of())).isEmpty();
    }
}
