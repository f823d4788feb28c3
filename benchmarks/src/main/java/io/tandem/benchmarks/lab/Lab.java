package io.tandem.benchmarks.lab;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import java.util.List;
import java.util.Optional;

/**
 * The two servers of a run, with fresh databases for whoever asks. Thread-safe. Everything lives in databases named
 * {@code tandem_bench_*}, which are dropped.
 */
public final class Lab implements AutoCloseable {
    private static final String PREFIX = "tandem_bench_";

    private final Order order;
    private final MongoClient local;
    private final MongoClient hub;

    public Lab(Order order) {
        this.order = order;
        this.local = MongoClients.create(order.localUri());
        this.hub = MongoClients.create(order.hubUri());
    }

    public Order order() {
        return order;
    }

    public Scale scale() {
        return order.scale();
    }

    public int batchSize() {
        return order.batchSize();
    }

    /** A database of the device's server, as it is. */
    public MongoDatabase local(String name) {
        return durable(local.getDatabase(PREFIX + name));
    }

    /** A database of the hub's server, as it is. */
    public MongoDatabase hub(String name) {
        return durable(hub.getDatabase(PREFIX + name));
    }

    /** Another client of the hub, over a route; whoever asks closes it. */
    public MongoClient hubClient(Route route) {
        return MongoClients.create(route.hubUri(order.hubUri()));
    }

    /** A database of the hub's server, seen by such a client. */
    public MongoDatabase hub(MongoClient client, String name) {
        return durable(client.getDatabase(PREFIX + name));
    }

    /** A baseline promises no less than the engine where it costs the server something. */
    private static MongoDatabase durable(MongoDatabase database) {
        return database.withWriteConcern(WriteConcern.MAJORITY);
    }

    public MongoDatabase freshLocal(String name) {
        local(name).drop();
        return local(name);
    }

    public MongoDatabase freshHub(String name) {
        hub(name).drop();
        return hub(name);
    }

    /** A started engine between two of these databases. */
    public Agent agent(String localName, String hubName) {
        return agent(localName, hubName, Route.DIRECT);
    }

    /** The same, over a route that is watched or disturbed. */
    public Agent agent(String localName, String hubName, Route route) {
        EngineConfig config = EngineConfig.builder()
                .local(order.localUri(), PREFIX + localName)
                .hub(route.hubUri(order.hubUri()), PREFIX + hubName)
                .bidirectionalEnabled(true)
                .maxDeletePercent(100)
                .batchSize(order.batchSize())
                .build();
        return new Agent(SyncEngine.create(config, route::customize));
    }

    /** Forgets what an engine noted about a device, so that the next one meets both sides for the first time. */
    public void forgetDevice(String localName) {
        for (String name : List.copyOf(localInternal(localName))) {
            local(localName).getCollection(name).drop();
        }
    }

    private List<String> localInternal(String localName) {
        return local(localName).listCollectionNames().into(new java.util.ArrayList<>()).stream()
                .filter(name -> name.startsWith("_sync"))
                .toList();
    }

    /** What is going on, for whoever waits. */
    public void say(String text) {
        System.err.println("bench: " + order.scenario() + ": " + text);
    }

    /** The directory of {@code --data}. */
    public Optional<java.nio.file.Path> data() {
        return order.data();
    }

    @Override
    public void close() {
        for (MongoClient client : List.of(local, hub)) {
            for (String name : client.listDatabaseNames()) {
                if (name.startsWith(PREFIX)) {
                    client.getDatabase(name).drop();
                }
            }
            client.close();
        }
    }
}
