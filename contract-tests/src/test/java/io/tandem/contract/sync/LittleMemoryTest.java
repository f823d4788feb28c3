package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.run.Ports;
import io.tandem.engine.run.StepThreads;
import io.tandem.engine.run.SyncLoop;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory that runs out in the middle of a batch ends no worker and loses no key. */
class LittleMemoryTest {
    private static final int DOCUMENTS = 40;
    private static final int WORKERS = 4;

    private final EmbeddedMongo server = EmbeddedMongo.builder().build().start();
    private final MongoClient client = MongoClients.create(server.uri());
    private final EngineConfig config = EngineConfig.builder()
            .local(server.uri(), "device")
            .hub(server.uri(), "hub")
            .bidirectionalEnabled(true)
            .build();
    private final MongoPorts mongo = MongoPorts.open(config, Ticker.system());
    private final AtomicInteger failures = new AtomicInteger();

    @AfterEach
    void stop() {
        mongo.close();
        client.close();
        server.close();
    }

    @Test
    void everyDocumentArrivesAlthoughMemoryRanOut() {
        MongoCollection<Document> local = client.getDatabase("device").getCollection("pictures");
        MongoCollection<Document> hub = client.getDatabase("hub").getCollection("pictures");
        for (int id = 0; id < DOCUMENTS; id++) {
            local.insertOne(new Document("_id", id));
        }
        SyncLoop loop = new SyncLoop(config, ports(), Resolvers.discover(), "agent", "test", WORKERS);
        StepThreads threads = new StepThreads(loop, Ticker.system(), Duration.ofSeconds(10));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(hub.countDocuments()).isEqualTo(DOCUMENTS));
            assertThat(failures).hasPositiveValue();
            assertThat(mongo.quarantine().count()).isZero();
        } finally {
            threads.close();
        }
    }

    private Ports ports() {
        return new Ports(
                mongo.localChanges(),
                mongo::hubChanges,
                new SmallMemory(mongo.reader()),
                mongo.target(),
                mongo.bases(),
                mongo.quarantine(),
                mongo.conflictLog(),
                mongo.device(),
                mongo.hub(),
                mongo.scanner(),
                mongo.clock(),
                Ticker.system(),
                new Random(1),
                mongo::fence);
    }

    /** Holds one document at a time. */
    private final class SmallMemory implements StateReader {
        private final StateReader reader;

        SmallMemory(StateReader reader) {
            this.reader = reader;
        }

        @Override
        public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
            if (keys.size() > 1) {
                failures.incrementAndGet();
                throw new OutOfMemoryError("too many documents for this test");
            }
            return reader.readLocal(keys);
        }

        @Override
        public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
            return reader.readHub(keys);
        }
    }
}
