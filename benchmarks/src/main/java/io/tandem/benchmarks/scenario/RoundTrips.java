package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.CommandCounter;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Documents;
import io.tandem.embedded.fault.FaultProxy;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * How many answers of the hub a batch of one change waits for, one after the other. The network to the hub is slow, so that commands sent at
 * the same time surely overlap. The least of several tries counts: now and then a heartbeat gets in between.
 */
public final class RoundTrips {
    private static final String DATABASE = "trips";
    private static final int TRIES = 5;
    private static final int PRESENT = 100;

    private final Lab lab;
    private final FaultProxy proxy;
    private final Duration roundTrip;

    /**
     * Measures through a proxy that stands in front of the hub.
     *
     * @param roundTrip how slow the network is made
     */
    public RoundTrips(Lab lab, FaultProxy proxy, Duration roundTrip) {
        this.lab = lab;
        this.proxy = proxy;
        this.roundTrip = roundTrip;
    }

    /** A changed document. */
    public int ofChange() {
        return measure(
                (local, hub) -> new Step(
                        id -> items(local).replaceOne(byId(0), Documents.KILOBYTE.document(0, id)),
                        id -> items(hub).countDocuments(byId(0).append("n", new BsonInt32(id))) == 1),
                1);
    }

    /** A new document. */
    public int ofInsert() {
        return measure(
                (local, hub) -> new Step(
                        id -> items(local).insertOne(Documents.KILOBYTE.document(id, id)),
                        id -> items(hub).countDocuments(byId(id)) == 1),
                PRESENT);
    }

    /** A deleted document. */
    public int ofDelete() {
        return measure(
                (local, hub) -> new Step(
                        id -> items(local).deleteOne(byId(id)), id -> items(hub).countDocuments(byId(id)) == 0),
                1);
    }

    private interface Steps {
        Step between(MongoDatabase local, MongoDatabase hub);
    }

    private interface Arrival {
        boolean isThere(int number);
    }

    private record Step(IntConsumer act, Arrival arrival) {
        BooleanSupplier arrivalOf(int number) {
            return () -> arrival.isThere(number);
        }
    }

    /** New documents get ids above those of the {@link #PRESENT} that are there; what is deleted is one of those. */
    private int measure(Steps steps, int firstNumber) {
        proxy.heal();
        MongoDatabase local = lab.freshLocal(DATABASE);
        MongoDatabase hub = lab.freshHub(DATABASE);
        Documents.KILOBYTE.fill(local, 0, PRESENT);
        CommandCounter counter = new CommandCounter();
        Step step = steps.between(local, hub);
        int least = Integer.MAX_VALUE;
        try (Agent agent =
                lab.agent(DATABASE, DATABASE, Route.DIRECT.past(proxy.address()).counted(counter))) {
            agent.start();
            agent.awaitQuiet();
            proxy.delay(roundTrip.dividedBy(2));
            for (int number = firstNumber; number < firstNumber + TRIES; number++) {
                least = Math.min(least, one(step, agent, counter, number));
            }
        }
        return least;
    }

    private static int one(Step step, Agent agent, CommandCounter counter, int number) {
        counter.reset();
        step.act().accept(number);
        Waiting.until("the hub has the change", step.arrivalOf(number));
        agent.awaitQuiet();
        return counter.roundTrips(Side.HUB);
    }

    private static MongoCollection<BsonDocument> items(MongoDatabase database) {
        return database.getCollection(Documents.COLLECTION, BsonDocument.class);
    }

    private static BsonDocument byId(int id) {
        return new BsonDocument("_id", new BsonInt32(id));
    }
}
