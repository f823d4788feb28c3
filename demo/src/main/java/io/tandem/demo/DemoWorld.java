package io.tandem.demo;

import io.tandem.agent.cli.CommandFailure;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.config.MongoUri;
import io.tandem.agent.http.WebServer;
import io.tandem.agent.process.Agent;
import io.tandem.agent.service.SyncService;
import io.tandem.embedded.EmbeddedMongo;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The demo's servers and agents: a hub, and devices that each have a database and an agent. Closed once, in reverse order.
 */
final class DemoWorld implements AutoCloseable {
    private static final String DATABASE = "shop";
    private static final int DEFAULT_PORT = 5000;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();

    /** Where the databases are. */
    record Endpoint(String name, String uri, String database) {}

    private DemoWorld() {}

    /** Starts embedded servers, or connects to given ones; agents are started by {@link #startAgents}. */
    static DemoWorld open(int devices, List<String> localUris, Optional<String> hubUri) {
        DemoWorld world = new DemoWorld();
        boolean opened = false;
        try {
            world.endpoints.add(world.endpoint("office", hubUri));
            for (int i = 0; i < devices; i++) {
                Optional<String> uri = localUris.isEmpty() ? Optional.empty() : Optional.of(localUris.get(i));
                world.endpoints.add(world.endpoint("till-" + (i + 1), uri));
            }
            for (Endpoint endpoint : world.endpoints) {
                Replica replica = new Replica(endpoint.name(), endpoint.uri(), endpoint.database());
                world.parts.push(replica);
                world.replicas.add(replica);
            }
            opened = true;
            return world;
        } finally {
            if (!opened) {
                world.close();
            }
        }
    }

    private final List<Endpoint> endpoints = new ArrayList<>();

    private Endpoint endpoint(String name, Optional<String> given) {
        if (given.isPresent()) {
            String database = databaseOf(name, given.get());
            return new Endpoint(name, given.get(), database);
        }
        EmbeddedMongo server = EmbeddedMongo.builder().build().start();
        parts.push(server);
        return new Endpoint(name, server.uri(DATABASE), DATABASE);
    }

    private static String databaseOf(String name, String uri) {
        try {
            return MongoUri.parse(uri)
                    .database()
                    .orElseThrow(() -> CommandFailure.wrongUsage("The connection string for " + name
                            + " names no database; write it like mongodb://host:27017/tandem_demo."));
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage("The connection string for " + name + " " + wrong.getMessage()
                    + "; write it like mongodb://host:27017/tandem_demo.");
        }
    }

    /**
     * Starts one agent per device. Without a wish for a port, the usual one is taken if it is free.
     *
     * @param port of the first agent, the others take the ports after it; 0 for any free ones
     */
    void startAgents(Optional<Integer> port, Path logs) {
        Endpoint hub = endpoints.get(0);
        for (int i = 1; i < endpoints.size(); i++) {
            int first = port.orElse(DEFAULT_PORT);
            int wanted = first == 0 ? 0 : first + i - 1;
            agents.add(startAgent(endpoints.get(i), hub, wanted, port.isPresent(), logs));
        }
    }

    private Agent startAgent(Endpoint device, Endpoint hub, int port, boolean exactly, Path logs) {
        try {
            return tryAgent(device, hub, port, logs);
        } catch (WebServer.CannotListen taken) {
            if (exactly) {
                throw CommandFailure.failed(
                        taken.getMessage() + " For the demo: choose another --port, or 0 for free ones.");
            }
            return tryAgent(device, hub, 0, logs);
        }
    }

    private Agent tryAgent(Endpoint device, Endpoint hub, int port, Path logs) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        values.put("MONGODB_URI", device.uri());
        values.put("MONGODB_ATLAS_URI", hub.uri());
        values.put("INSTANCE_ID", device.name());
        values.put("PORT", Integer.toString(port));
        values.put("LOG_DIR", logs.toString());
        values.put("BACKUP_DIR", logs.resolve("backups").toString());
        AgentConfig config = ConfigLoader.of(values);
        SyncService service = SyncService.create(config, Clock.systemUTC());
        Agent agent = Agent.start(config, service, logs, "demo", Clock.systemUTC());
        parts.push(agent);
        return agent;
    }

    /** The hub first, then the devices. */
    List<Replica> replicas() {
        return List.copyOf(replicas);
    }

    /** One per device. */
    List<Agent> agents() {
        return List.copyOf(agents);
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("the demo did not stop cleanly") : failure;
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
