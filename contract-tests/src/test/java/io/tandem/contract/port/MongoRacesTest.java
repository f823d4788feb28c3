package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import io.tandem.engine.checkpoint.HubStore.HubIdentity;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several writers at once. */
class MongoRacesTest {
    private static final String COUNTERS = "counters";
    private static final int KEYS = 4;
    private static final int ROUNDS = 30;

    private MongoWorld world;
    private ExecutorService threads;

    @BeforeEach
    void open() {
        world = MongoWorld.create();
        threads = Executors.newFixedThreadPool(4);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        world.close();
    }

    private <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (Future<T> result : threads.invokeAll(tasks)) {
            results.add(result.get());
        }
        return results;
    }

    /** An application that counts and agents that count by swaps: not one count may be lost, nor one be reported wrongly. */
    @ParameterizedTest
    @ValueSource(ints = {100, 8_000_000})
    void noWriteIsOverwrittenUnseen(int bytes) throws InterruptedException, ExecutionException {
        int rounds = bytes > 1_000_000 ? 2 : ROUNDS;
        for (int id = 0; id < KEYS; id++) {
            world.put(
                    Side.HUB,
                    COUNTERS,
                    Samples.large(id, bytes, 'x')
                            .append("by", new BsonString(""))
                            .append("n", new BsonInt64(0)));
        }
        List<Integer> counted = together(List.of(
                () -> increments(rounds),
                () -> increments(rounds),
                () -> swaps(rounds, "a"),
                () -> swaps(rounds, "b")));
        long stored = 0;
        for (int id = 0; id < KEYS; id++) {
            Doc doc = world.stored(Side.HUB, key(COUNTERS, id)).orElseThrow();
            stored += doc.stored().getInt64("n").getValue();
        }
        assertThat(counted.subList(0, 2)).containsExactly(rounds * KEYS, rounds * KEYS);
        assertThat(stored - 2L * rounds * KEYS).isEqualTo(counted.get(2) + counted.get(3));
    }

    private int increments(int rounds) {
        MongoCollection<RawBsonDocument> counters = world.collection(Side.HUB, COUNTERS);
        BsonDocument increment = new BsonDocument("$inc", new BsonDocument("n", new BsonInt64(1)));
        int done = 0;
        for (int round = 0; round < rounds; round++) {
            for (int id = 0; id < KEYS; id++) {
                done += (int) counters.updateOne(new BsonDocument("_id", new BsonInt32(id)), increment)
                        .getModifiedCount();
            }
        }
        return done;
    }

    private int swaps(int rounds, String name) {
        int applied = 0;
        for (int round = 0; round < rounds; round++) {
            for (int id = 0; id < KEYS; id++) {
                DocKey key = key(COUNTERS, id);
                Doc seen = world.stored(Side.HUB, key).orElseThrow();
                BsonDocument next = new BsonDocument();
                next.putAll(seen.stored());
                next.put("n", new BsonInt64(seen.stored().getInt64("n").getValue() + 1));
                next.put("by", new BsonString(name));
                Swap swap = new Swap(key, Optional.of(seen), Optional.of(Samples.raw(next)));
                applied += world.target().swap(Side.HUB, List.of(swap)).get(0).equals(Outcome.APPLIED) ? 1 : 0;
            }
        }
        return applied;
    }

    @Test
    void ofManyInsertsOneTakesPlace() throws InterruptedException, ExecutionException {
        for (int id = 0; id < 20; id++) {
            DocKey key = key(COUNTERS, id);
            RawBsonDocument document = Samples.raw(Samples.document(id, "x"));
            Callable<Outcome> insert = () -> world.target()
                    .swap(Side.HUB, List.of(new Swap(key, Optional.empty(), Optional.of(document))))
                    .get(0);
            assertThat(together(List.of(insert, insert, insert, insert)))
                    .containsOnlyOnce(Outcome.APPLIED)
                    .containsOnly(Outcome.APPLIED, Outcome.MISSED);
        }
    }

    @Test
    void devicesThatMeetAtANewHubAgreeOnItsIdentity() throws InterruptedException, ExecutionException {
        List<MongoPorts> devices = new ArrayList<>();
        List<Callable<HubIdentity>> questions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            MongoPorts device = MongoPorts.open(world.config(), Ticker.system());
            devices.add(device);
            questions.add(() -> device.hub().identity());
        }
        assertThat(together(questions).stream().distinct()).hasSize(1);
        devices.forEach(MongoPorts::close);
    }

    /** A bulk tells how many matched. Whoever is faster than the look at them must not make a write of ours look as if it had missed. */
    @Test
    void anOverwrittenSwapLeavesTheOthersInDoubt() {
        List<Swap> swaps = new ArrayList<>();
        for (int id = 0; id < 40; id++) {
            BsonDocument seen = Samples.document(id, "seen");
            world.put(Side.HUB, COUNTERS, id == 3 ? Samples.document(id, "theirs") : seen);
            RawBsonDocument next = Samples.raw(Samples.document(id, "next"));
            SyncMeta meta =
                    new SyncMeta(new Version(1_000, World.DEVICE), Doc.of(next).hash());
            swaps.add(new Swap(key(COUNTERS, id), Optional.of(Samples.doc(seen)), Optional.of(Doc.withMeta(next, meta)))
                    .merging());
        }
        CommandListener overwriting = new CommandListener() {
            @Override
            public void commandSucceeded(CommandSucceededEvent event) {
                if (event.getCommandName().equals("update")) {
                    world.put(Side.HUB, COUNTERS, Samples.document(5, "on top of ours"));
                }
            }
        };

        List<Outcome> outcomes;
        try (MongoPorts ports = MongoPorts.open(
                world.config(), Ticker.system(), (side, settings) -> settings.addCommandListener(overwriting))) {
            outcomes = ports.target().swap(Side.HUB, swaps);
        }

        assertThat(outcomes.get(3)).as("missed").isEqualTo(Outcome.UNKNOWN);
        assertThat(outcomes.get(5)).as("applied, then overwritten").isEqualTo(Outcome.UNKNOWN);
        assertThat(outcomes).filteredOn(Outcome.APPLIED::equals).hasSize(38);
    }
}
