package io.tandem.engine.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.configuration.CodecRegistries;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one side's database. Thread-safe. The client is made when it is first used, because reading a
 * {@code mongodb+srv} connection string needs the network, which may not be there yet.
 *
 * <p>Reads go to the primary with read concern majority and writes ask for a journaled majority, whatever the connection
 * string says about reads; a standalone, which knows neither, is asked for its journal. How the server is deployed is looked
 * up at each use, in memory, since a standalone may become a replica set under the same address.
 */
final class Link implements AutoCloseable {
    /** How long an operation looks for a server; short, so that an outage is noticed. */
    static final Duration SERVER_SELECTION = Duration.ofSeconds(5);
    /** How long the network may take to connect. */
    static final Duration CONNECT = Duration.ofSeconds(5);
    /** How long a server may be silent during one operation, above what it was asked to wait; a dead peer says nothing. */
    static final Duration SILENCE = Duration.ofSeconds(30);
    /** The steps' threads, the feed, the pool of parallel reads and the dashboard's questions. */
    private static final int CONNECTIONS = 24;
    /** How long a thread waits for one of them. */
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);
    /** {@code $bsonSize} and labels on errors: 4.4. */
    static final int WIRE_4_4 = 9;

    private final Side side;
    private final String uri;
    private final String databaseName;
    private final BiConsumer<Side, MongoClientSettings.Builder> customizer;
    private final Object lock = new Object();
    /** Guarded by {@link #lock}. */
    private @Nullable MongoClient client;
    /** Guarded by {@link #lock} for writing. */
    private volatile boolean closed;

    private volatile Optional<WriteConcern> ownWriteConcern = Optional.empty();

    Link(Side side, String uri, String databaseName, BiConsumer<Side, MongoClientSettings.Builder> customizer) {
        this.customizer = customizer;
        this.side = side;
        this.uri = uri;
        this.databaseName = databaseName;
    }

    Side side() {
        return side;
    }

    /** Does something with the database; failures come as {@link SyncException}. */
    <T> T call(String attempt, Function<MongoDatabase, T> work) {
        try {
            return work.apply(database());
        } catch (RuntimeException failure) {
            throw fault(attempt, failure);
        }
    }

    /** Does something with a collection; failures come as {@link SyncException}. */
    <T> T with(String collection, String attempt, Function<MongoCollection<RawBsonDocument>, T> work) {
        return call(
                attempt + " " + collection,
                database -> work.apply(database.getCollection(collection, RawBsonDocument.class)));
    }

    /** What a failure means; see {@link DriverFaults}. */
    RuntimeException fault(String attempt, RuntimeException failure) {
        return isOfClosing(failure)
                ? unreachable("the connection was closed", failure)
                : DriverFaults.translate(side, attempt, failure);
    }

    /** What a failure of a change stream means; see {@link DriverFaults#translateOfFeed}. */
    RuntimeException faultOfFeed(String attempt, RuntimeException failure) {
        return isOfClosing(failure)
                ? unreachable("the connection was closed", failure)
                : DriverFaults.translateOfFeed(side, attempt, failure);
    }

    private boolean isOfClosing(RuntimeException failure) {
        return closed && !(failure instanceof MongoException) && !(failure instanceof SyncException);
    }

    private SyncException unreachable(String seen, @Nullable RuntimeException cause) {
        FaultCode code = side == Side.LOCAL ? FaultCode.LOCAL_UNREACHABLE : FaultCode.HUB_UNREACHABLE;
        return new SyncException(
                code, "Cannot use the " + DriverFaults.name(side) + " side: " + seen + ". " + code.remedy(), cause);
    }

    MongoClient client() {
        synchronized (lock) {
            if (closed) {
                throw unreachable("the connection was closed", null);
            }
            if (client == null) {
                client = open();
            }
            return client;
        }
    }

    private MongoClient open() {
        ConnectionString connection = parse();
        ownWriteConcern = Optional.ofNullable(connection.getWriteConcern()).filter(WriteConcern::isAcknowledged);
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applicationName(applicationName())
                .codecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromCodecs(new WholeDocument.Codec()),
                        MongoClientSettings.getDefaultCodecRegistry()))
                .retryReads(true)
                .retryWrites(true)
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(SERVER_SELECTION.toMillis(), TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(CONNECT.toMillis(), TimeUnit.MILLISECONDS)
                        .readTimeout(SILENCE.toMillis(), TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool ->
                        pool.maxSize(CONNECTIONS).maxWaitTime(CONNECTION_WAIT.toMillis(), TimeUnit.MILLISECONDS))
                .applyConnectionString(connection)
                .readPreference(ReadPreference.primary());
        customizer.accept(side, settings);
        return MongoClients.create(settings.build());
    }

    private ConnectionString parse() {
        try {
            return new ConnectionString(uri);
        } catch (MongoException lookup) {
            throw DriverFaults.translate(side, "look up the servers of the connection string", lookup);
        } catch (IllegalArgumentException malformed) {
            // The cause stays out: the driver's text may quote the password.
            throw new IllegalArgumentException("The connection string of the " + DriverFaults.name(side)
                    + " side is not valid (its text is hidden, it may hold a password); its form is"
                    + " mongodb://user:password@host:port/?options or mongodb+srv://...");
        }
    }

    private static String applicationName() {
        String version = Link.class.getPackage().getImplementationVersion();
        return version == null ? "tandem" : "tandem/" + version;
    }

    /** The database as it has to be read and written. */
    MongoDatabase database() {
        MongoDatabase database = client().getDatabase(databaseName);
        WriteConcern unlessChosen = topology() == Topology.STANDALONE ? WriteConcern.JOURNALED : WriteConcern.MAJORITY;
        return database.withReadConcern(topology() == Topology.STANDALONE ? ReadConcern.LOCAL : ReadConcern.MAJORITY)
                .withWriteConcern(ownWriteConcern.orElse(unlessChosen));
    }

    /** How the server is deployed, asking it when nothing is known. */
    Topology topology() {
        return switch (server().getType()) {
            case STANDALONE -> Topology.STANDALONE;
            case SHARD_ROUTER, LOAD_BALANCER -> Topology.SHARDED;
            case REPLICA_SET_PRIMARY,
                    REPLICA_SET_SECONDARY,
                    REPLICA_SET_ARBITER,
                    REPLICA_SET_OTHER,
                    REPLICA_SET_GHOST,
                    UNKNOWN -> Topology.REPLICA_SET;
        };
    }

    /** The newest wire protocol that the server speaks; tells its version. */
    int wireVersion() {
        return server().getMaxWireVersion();
    }

    private ServerDescription server() {
        return known().orElseGet(() -> {
            ping();
            return known().orElseThrow(() -> unreachable("it was there and went away", null));
        });
    }

    private Optional<ServerDescription> known() {
        return client().getClusterDescription().getServerDescriptions().stream()
                .filter(ServerDescription::isOk)
                .filter(server -> server.getType() != ServerType.UNKNOWN)
                .min(Comparator.comparing(server -> server.getType() == ServerType.REPLICA_SET_PRIMARY ? 0 : 1));
    }

    /** Throws when the server cannot be reached. */
    void ping() {
        admin("ping", new BsonDocument("ping", new BsonInt32(1)));
    }

    /** Runs a command on the {@code admin} database's primary. */
    BsonDocument admin(String attempt, BsonDocument command) {
        try {
            return client().getDatabase("admin").runCommand(command, RawBsonDocument.class);
        } catch (RuntimeException failure) {
            throw fault(attempt, failure);
        }
    }

    @Override
    public void close() {
        MongoClient open;
        synchronized (lock) {
            closed = true;
            open = client;
            client = null;
        }
        if (open != null) {
            open.close();
        }
    }
}
