package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.embedded.EmbeddedMongo;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.read.TooLargeABatch;
import io.tandem.engine.write.GuardedTarget.Burial;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads for a batch: bounded in memory, and with no answer to wait for that does not matter. */
class MongoBatchReadsTest {
    private static final String ORDERS = "orders";
    private static final int FOUR_MEGABYTES = 4 * 1024 * 1024;

    private EmbeddedMongo server;
    private MongoWorld world;

    @BeforeEach
    void open() {
        server = EmbeddedMongo.builder().build().start();
        world = new MongoWorld(server.uri(), server.uri());
    }

    @AfterEach
    void close() {
        world.close();
        server.close();
    }

    @Test
    void givesUpABatchThatIsTooLargeAndSaysHowLargeItsDocumentsAre() {
        for (int id = 1; id <= 4; id++) {
            world.put(Side.LOCAL, ORDERS, Samples.large(id, FOUR_MEGABYTES, 'a'));
            world.put(Side.HUB, ORDERS, Samples.large(id, FOUR_MEGABYTES, 'a'));
        }
        List<DocKey> keys = List.of(key(ORDERS, 1), key(ORDERS, 2), key(ORDERS, 3), key(ORDERS, 4));

        assertThatThrownBy(() -> world.reader().readLocalBatch(keys))
                .isInstanceOfSatisfying(
                        TooLargeABatch.class,
                        e -> assertThat(e.bytesPerKey()).isBetween((long) FOUR_MEGABYTES, FOUR_MEGABYTES + 1000L));
        assertThatThrownBy(() -> world.reader().readHub(keys, any -> true)).isInstanceOf(TooLargeABatch.class);
        assertThat(world.reader().readLocal(keys)).hasSize(4);
    }

    @Test
    void neverGivesUpASingleDocument() {
        world.put(Side.LOCAL, ORDERS, Samples.large(1, 3 * FOUR_MEGABYTES, 'a'));
        assertThat(world.reader().readLocalBatch(List.of(key(ORDERS, 1)))).hasSize(1);
    }

    @Test
    void looksAgainForTheTombstonesOfKnownKeysOnly() {
        DocKey buried = key(ORDERS, 1);
        world.target().bury(List.of(new Burial(buried, new Tombstone(new Version(100, "a"), new Version(50, "b")))));
        world.put(Side.HUB, ORDERS, document(2, "two"));
        List<DocKey> keys = List.of(buried, key(ORDERS, 2), key(ORDERS, 3));
        Map<DocKey, HubState> known = world.reader().readHub(keys, any -> true);
        Map<DocKey, HubState> unknown = world.reader().readHub(keys, any -> false);
        assertThat(unknown).isEqualTo(known).containsOnlyKeys(keys);
        assertThat(known.get(buried).tombstone()).isPresent();

        // Often, since a driver's heartbeat may be counted, too.
        assertThat(commandsOf(20, () -> world.reader().readHub(keys, any -> false)))
                .isLessThan(commandsOf(20, () -> world.reader().readHub(keys, any -> true)));
    }

    private long commandsOf(int times, Runnable reading) {
        long before = server.counters().commands();
        for (int i = 0; i < times; i++) {
            reading.run();
        }
        return server.counters().commands() - before;
    }
}
