package io.tandem.agent.service;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.config.MongoUri;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One side's database for everything that is not syncing: documents, counts, start checks. The client is made at its first use, since a
 * {@code mongodb+srv} address needs DNS, which a device that is offline does not have. Any thread.
 */
final class DatabaseAccess implements AutoCloseable {
    private static final int SELECTION_MILLIS = 2_500;
    private static final int CONNECT_MILLIS = 2_500;
    private static final int READ_MILLIS = 15_000;
    private static final int CONNECTIONS_MAX = 10;

    private final String label;
    private final MongoUri uri;
    private final String database;
    private final DriverListeners driver;
    private final Object lock = new Object();

    /** Guarded by lock. */
    private Optional<MongoClient> client = Optional.empty();

    /** Guarded by lock. */
    private boolean closed;

    DatabaseAccess(String label, MongoUri uri, String database, DriverListeners driver) {
        this.label = label;
        this.uri = uri;
        this.database = database;
        this.driver = driver;
    }

    /** For example {@code the local database}. */
    String label() {
        return label;
    }

    /** @throws ServiceException when the connection string cannot be resolved now */
    MongoDatabase database() {
        synchronized (lock) {
            if (closed) {
                throw new ServiceException(ServiceException.Kind.UNAVAILABLE, "The agent is stopping.");
            }
            if (client.isEmpty()) {
                client = Optional.of(connect());
            }
            return client.get().getDatabase(database);
        }
    }

    private MongoClient connect() {
        try {
            MongoClientSettings.Builder settings = MongoClientSettings.builder()
                    .applyConnectionString(new ConnectionString(uri.text()))
                    .applicationName("tandem-agent")
                    .applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(SELECTION_MILLIS, TimeUnit.MILLISECONDS))
                    .applyToSocketSettings(socket -> socket.connectTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                            .readTimeout(READ_MILLIS, TimeUnit.MILLISECONDS))
                    .applyToConnectionPoolSettings(
                            pool -> pool.maxSize(CONNECTIONS_MAX).maxWaitTime(SELECTION_MILLIS, TimeUnit.MILLISECONDS));
            driver.addTo(settings);
            return MongoClients.create(settings.build());
        } catch (MongoException | IllegalArgumentException unresolved) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE,
                    "Cannot resolve the address of " + label + " (" + uri.masked() + "): "
                            + "check the network and DNS.",
                    unresolved);
        }
    }

    @Override
    public void close() {
        Optional<MongoClient> open;
        synchronized (lock) {
            closed = true;
            open = client;
            client = Optional.empty();
        }
        open.ifPresent(MongoClient::close);
    }
}
