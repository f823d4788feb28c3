package io.tandem.agent.cli;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.MongoUri;
import io.tandem.agent.config.Settings;
import io.tandem.agent.text.Masking;
import java.util.concurrent.TimeUnit;

/** Opens the configured databases with timeouts fit for a person who waits. */
final class Databases {

    private static final long FIND_SERVER_SECONDS = 10;

    private Databases() {}

    /**
     * An open database; close it when done.
     *
     * @param label how messages call it: {@code local} or {@code atlas}
     */
    record Open(String label, MongoClient client, MongoDatabase database) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    static Open local(AgentConfig config) {
        return open("local", config.get(Settings.MONGODB_URI), config.localDatabase());
    }

    static Open hub(AgentConfig config) {
        return open("atlas", config.get(Settings.MONGODB_ATLAS_URI), config.hubDatabase());
    }

    static Open open(String label, MongoUri uri, String database) {
        MongoClient client = client(uri.text(), FIND_SERVER_SECONDS);
        return new Open(label, client, client.getDatabase(database));
    }

    /** Connects when used. */
    static MongoClient client(String uri, long findServerSeconds) {
        try {
            // What the connection string says wins over a person's patience.
            return MongoClients.create(MongoClientSettings.builder()
                    .applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(findServerSeconds, TimeUnit.SECONDS))
                    .applyToSocketSettings(socket -> socket.connectTimeout(10, TimeUnit.SECONDS))
                    .applyConnectionString(new ConnectionString(uri))
                    .applicationName("tandem-cli")
                    .build());
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage("The connection string " + Masking.patterns(uri) + " cannot be used: "
                    + Masking.patterns(String.valueOf(wrong.getMessage())));
        }
    }
}
