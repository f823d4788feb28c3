package io.tandem.agent.service;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.ConnectionPoolListener;
import java.util.ArrayList;
import java.util.List;

/** What listens to the driver's commands and connections, handed to every client when it is built. Any thread. */
final class DriverListeners {
    /** Guarded by this. */
    private final List<CommandListener> commands = new ArrayList<>();

    /** Guarded by this. */
    private final List<ConnectionPoolListener> pools = new ArrayList<>();

    /** Takes effect for clients that are built from now on. */
    synchronized void listen(CommandListener command, ConnectionPoolListener pool) {
        commands.add(command);
        pools.add(pool);
    }

    synchronized void addTo(MongoClientSettings.Builder client) {
        List<ConnectionPoolListener> now = List.copyOf(pools);
        commands.forEach(client::addCommandListener);
        client.applyToConnectionPoolSettings(pool -> now.forEach(pool::addConnectionPoolListener));
    }
}
