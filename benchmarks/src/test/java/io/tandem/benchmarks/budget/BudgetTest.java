package io.tandem.benchmarks.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.CommandCounter;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Order;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.Scale;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.scenario.RoundTrips;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.fault.FaultProxy;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a change may cost. No time is measured: these are counts. A limit is about twice what is measured today, so that it takes a real
 * regression to break it; docs/performance.md has the present figures. Whoever makes something cheaper lowers its limit.
 */
class BudgetTest {
    private static final int DOCUMENTS = 2_000;
    private static final int BATCH = 100;

    private EmbeddedMongo device;
    private EmbeddedMongo hub;
    private Lab lab;

    @BeforeEach
    void open() {
        device = EmbeddedMongo.builder().build().start();
        hub = EmbeddedMongo.builder().build().start();
        lab = new Lab(new Order("budget", device.uri(), hub.uri(), Optional.empty(), true, BATCH, Scale.QUICK));
    }

    @AfterEach
    void close() {
        lab.close();
        device.close();
        hub.close();
    }

    @Test
    void aFirstSyncAsksEachSideAFewTimesPerBatch() {
        CommandCounter counter = new CommandCounter();
        Documents.KILOBYTE.fill(lab.freshLocal("budget"), 0, DOCUMENTS);
        lab.freshHub("budget");

        try (Agent agent = lab.agent("budget", "budget", Route.DIRECT.counted(counter))) {
            EngineThreads before = EngineThreads.now();
            agent.start();
            agent.awaitQuiet();
            long allocated = EngineThreads.now().since(before).allocatedBytes();

            assertThat(lab.hub("budget").getCollection(Documents.COLLECTION).countDocuments())
                    .isEqualTo(DOCUMENTS);
            assertThat(perDocument(counter.queries(Side.LOCAL))).isLessThan(0.15);
            assertThat(perDocument(counter.queries(Side.HUB))).isLessThan(0.12);
            assertThat(allocated / DOCUMENTS).as("bytes allocated per document").isLessThan(100_000);
        }
    }

    @Test
    void changesOnTheDeviceAreCarriedInBatches() {
        CommandCounter counter = new CommandCounter();
        MongoDatabase local = lab.freshLocal("budget");
        MongoDatabase there = lab.freshHub("budget");
        Documents.KILOBYTE.fill(local, 0, DOCUMENTS);
        try (Agent agent = lab.agent("budget", "budget", Route.DIRECT.counted(counter))) {
            agent.start();
            agent.awaitQuiet();
            carry(local, there);
            agent.awaitQuiet();
            counter.reset();
            EngineThreads before = EngineThreads.now();

            carry(local, there);
            agent.awaitQuiet();

            long allocated = EngineThreads.now().since(before).allocatedBytes();
            // A batch is what has piled up until a worker is free; at worst a few changes.
            assertThat(perDocument(counter.queries(Side.LOCAL))).isLessThan(0.5);
            assertThat(perDocument(counter.queries(Side.HUB))).isLessThan(0.5);
            assertThat(allocated / DOCUMENTS).as("bytes allocated per change").isLessThan(100_000);
        }
    }

    @Test
    void aResyncWithoutDifferencesReadsPagesAndNothingElse() {
        CommandCounter counter = new CommandCounter();
        Documents.KILOBYTE.fill(lab.freshLocal("budget"), 0, DOCUMENTS);
        lab.freshHub("budget");
        try (Agent agent = lab.agent("budget", "budget", Route.DIRECT.counted(counter))) {
            agent.start();
            agent.awaitQuiet();
            long resyncs = agent.engine().status().resyncs();
            counter.reset();

            agent.engine().resync(Optional.empty());
            io.tandem.benchmarks.lab.Waiting.until(
                    "the resync is over", () -> agent.engine().status().resyncs() > resyncs);

            assertThat(counter.byName(Side.HUB)).doesNotContainKeys("insert", "delete", "findAndModify");
            assertThat(perDocument(counter.queries(Side.HUB))).isLessThan(0.02);
            assertThat(perDocument(counter.queries(Side.LOCAL))).isLessThan(0.04);
        }
    }

    @Test
    void aBatchWaitsForTheHubTwice() {
        try (FaultProxy proxy = FaultProxy.inFrontOf("127.0.0.1", hub.port())) {
            RoundTrips trips = new RoundTrips(lab, proxy, Duration.ofMillis(60));

            assertThat(trips.ofChange()).as("changed documents").isLessThanOrEqualTo(2);
            assertThat(trips.ofInsert()).as("new documents").isLessThanOrEqualTo(2);
            assertThat(trips.ofDelete()).as("deleted documents").isLessThanOrEqualTo(3);
        }
    }

    private static void carry(MongoDatabase from, MongoDatabase to) {
        Ledger ledger = new Ledger(DOCUMENTS, DOCUMENTS);
        try (Observer observer = new Observer(to, Documents.COLLECTION, ledger)) {
            observer.start();
            Changes.of(DOCUMENTS).atOnce(from, ledger, 1, DOCUMENTS);
            ledger.awaitAll();
        }
    }

    private static double perDocument(long count) {
        return (double) count / DOCUMENTS;
    }
}
