package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import io.tandem.contract.port.Servers;
import io.tandem.embedded.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent with a heap of 96 MB whose hub is away while the device goes on writing: memory does not grow with the backlog, which
 * is kept on the device, and all of it arrives. The number that is promised, 1,000,000, takes many minutes and is asked for by
 * {@code -Dbacklog.keys=1000000}; docs/simulation.md has the whole command.
 */
class BacklogTest {
    private static final int HEAP_MEGABYTES = 96;
    private static final int PROMISED = 1_000_000;
    private static final int KEYS = Integer.getInteger("backlog.keys", 30_000);
    private static final int BATCH = 1_000;
    private static final int PORTION = 50_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5 + KEYS / 10_000);

    @TempDir
    private Path directory = Path.of("unset");

    private final String name = "tandem_backlog_" + UUID.randomUUID().toString().substring(0, 8);
    private final MongoClient localClient = MongoClients.create(Servers.localUri());
    private final MongoClient hubClient = MongoClients.create(Servers.hubUri());
    private final MongoDatabase device = localClient.getDatabase(name);
    private final MongoDatabase hub = hubClient.getDatabase(name);
    private final FaultProxy proxy = inFrontOf(Servers.hubUri());

    private static FaultProxy inFrontOf(String uri) {
        ServerAddress server =
                new ServerAddress(new ConnectionString(uri).getHosts().get(0));
        return FaultProxy.inFrontOf(server.getHost(), server.getPort());
    }

    @AfterEach
    void stop() {
        proxy.close();
        device.drop();
        hub.drop();
        localClient.close();
        hubClient.close();
    }

    @Timeout(value = 4, unit = TimeUnit.HOURS) // for the long run; what is waited for has bounds of its own
    @Test
    void aBacklogOfAnySizeFitsIntoASmallHeap() throws IOException, InterruptedException {
        if (KEYS < PROMISED) {
            System.err.println("NOT TESTED HERE: a backlog of " + PROMISED + " documents, only one of " + KEYS
                    + "; -Dbacklog.keys=" + PROMISED + " -Dtest.heap=6g -Dtest.seconds=14400 for all of it");
        }
        String throughProxy = "mongodb://" + proxy.address() + "/?directConnection=true";
        try (SmallAgent agent = SmallAgent.start(
                HEAP_MEGABYTES, directory.resolve("agent.txt"), Servers.localUri(), throughProxy, name)) {
            insert(0, 1);
            await(agent, hub, "items", 1);
            proxy.refuse();
            proxy.reset();

            long begin = System.nanoTime();
            // In portions, or the embedded server's history, which is as bounded as any, would forget what was not read
            // yet.
            for (int written = 1; written < KEYS; written = Math.min(KEYS, written + PORTION)) {
                int next = Math.min(KEYS, written + PORTION);
                insert(written, next);
                await(agent, device, "_sync_state", next);
            }
            assertThat(hub.getCollection("items").countDocuments()).isEqualTo(1);
            report("written and marked on the device while the hub was away", begin);

            long back = System.nanoTime();
            proxy.heal();
            await(agent, hub, "items", KEYS);
            report("arrived on the hub", back);
            assertThat(agent.finish()).as(agent.console()).isZero();
            System.err.println(agent.console());
        }
        assertThat(hub.getCollection("items").countDocuments(new BsonDocument("n", new BsonInt32(7))))
                .isEqualTo(KEYS);
    }

    private void insert(int from, int to) {
        MongoCollection<BsonDocument> items = device.getCollection("items", BsonDocument.class);
        for (int start = from; start < to; start += BATCH) {
            List<BsonDocument> batch = IntStream.range(start, Math.min(to, start + BATCH))
                    .mapToObj(i -> new BsonDocument("_id", new BsonInt32(i)).append("n", new BsonInt32(7)))
                    .toList();
            items.insertMany(batch, new InsertManyOptions().ordered(false));
        }
    }

    private static void await(SmallAgent agent, MongoDatabase database, String collection, long documents) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> assertThat(agent.isAlive()).as(agent.console()).isTrue())
                .until(() -> database.getCollection(collection).estimatedDocumentCount() >= documents);
    }

    private static void report(String what, long sinceNanos) {
        System.err.println(KEYS + " documents " + what + " after "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos) + " s");
    }
}
