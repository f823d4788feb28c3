package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.contract.port.Servers;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Counters that applications on two devices and on the hub add to at the same time, so that writes of the engines miss again and again,
 * and two increments often look the same.
 */
class CountersTest {
    private static final int COUNTERS = 3;
    private static final int INCREMENTS = 100;
    private static final long PAUSE_NANOS = 20_000_000;
    private static final String COLLECTION = "counters";

    private final String name =
            "tandem_counters_" + UUID.randomUUID().toString().substring(0, 8);
    private final MongoClient localClient = MongoClients.create(Servers.localUri());
    private final MongoClient hubClient = MongoClients.create(Servers.hubUri());
    private final MongoDatabase hub = hubClient.getDatabase(name + "_hub");
    private final List<MongoDatabase> devices =
            List.of(localClient.getDatabase(name + "_one"), localClient.getDatabase(name + "_two"));
    private final List<SyncEngine> engines = List.of(engine("one"), engine("two"));
    private final ExecutorService applications = Executors.newFixedThreadPool(3);
    private final AtomicLongArray made = new AtomicLongArray(COUNTERS);

    private SyncEngine engine(String device) {
        return SyncEngine.create(EngineConfig.builder()
                .local(Servers.localUri(), name + "_" + device)
                .hub(Servers.hubUri(), hub.getName())
                .instanceId(device)
                .bidirectionalEnabled(true)
                .conflictOverrides(Map.of(COLLECTION, "field-merge"))
                .counterFields(Map.of(COLLECTION, Set.of("n")))
                .build());
    }

    @AfterEach
    void stop() {
        applications.shutdownNow();
        engines.forEach(SyncEngine::close);
        devices.forEach(MongoDatabase::drop);
        hub.drop();
        localClient.close();
        hubClient.close();
    }

    @Test
    void everyIncrementCountsOnceWhoeverMakesIt() throws Exception {
        for (int i = 0; i < COUNTERS; i++) {
            hub.getCollection(COLLECTION).insertOne(new Document("_id", i).append("n", 0L));
        }
        engines.forEach(SyncEngine::start);
        for (MongoDatabase device : devices) {
            Pair.until(() -> assertThat(Pair.contents(device, COLLECTION)).hasSize(COUNTERS));
        }

        List<Callable<Void>> adding = new ArrayList<>();
        adding.add(() -> add(hub, 1));
        adding.add(() -> add(devices.get(0), 2));
        adding.add(() -> add(devices.get(1), 3));
        for (Future<Void> done : applications.invokeAll(adding)) {
            done.get();
        }

        Pair.until(() -> {
            assertThat(Pair.contents(devices.get(0), COLLECTION)).isEqualTo(Pair.contents(hub, COLLECTION));
            assertThat(Pair.contents(devices.get(1), COLLECTION)).isEqualTo(Pair.contents(hub, COLLECTION));
        });
        for (int i = 0; i < COUNTERS; i++) {
            Document counter =
                    hub.getCollection(COLLECTION).find(new Document("_id", i)).first();
            assertThat(counter).as("counter %s", i).containsEntry("n", made.get(i));
        }
    }

    private Void add(MongoDatabase side, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < INCREMENTS; i++) {
            int counter = random.nextInt(COUNTERS);
            side.getCollection(COLLECTION)
                    .updateOne(new Document("_id", counter), new Document("$inc", new Document("n", 1L)));
            made.incrementAndGet(counter);
            LockSupport.parkNanos(PAUSE_NANOS + random.nextLong(PAUSE_NANOS));
        }
        return null;
    }
}
