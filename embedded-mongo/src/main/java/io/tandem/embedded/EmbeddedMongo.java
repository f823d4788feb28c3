package io.tandem.embedded;

import io.tandem.embedded.auth.Authenticator;
import io.tandem.embedded.auth.ScramAuthenticator;
import io.tandem.embedded.command.Dispatcher;
import io.tandem.embedded.command.Server;
import io.tandem.embedded.command.Settings;
import io.tandem.embedded.faults.FailCommand;
import io.tandem.embedded.faults.FaultPlan;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.ServerClock;
import io.tandem.embedded.store.DiskJournal;
import io.tandem.embedded.store.Storage;
import io.tandem.embedded.wire.SocketServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A MongoDB-compatible server inside the JVM. Any thread may call any method; start, stop and close wait for each other.
 *
 * <pre>{@code
 * try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
 *         MongoClient client = MongoClients.create(server.uri())) {
 *     ...
 * }
 * }</pre>
 */
public final class EmbeddedMongo implements AutoCloseable {
    private final Builder settings;
    private final AtomicInteger connectionIds = new AtomicInteger();
    private final FaultPlan faultPlan = new FaultPlan();
    private final ServerClock clock = new ServerClock();
    private final ChangeLog log;
    private final Server server;
    private final Housekeeping housekeeping;
    private @Nullable SocketServer sockets;
    private int port;
    private boolean opened;
    private boolean closed;

    private EmbeddedMongo(Builder builder) {
        this.settings = builder.copy();
        this.port = builder.port;
        this.log = new ChangeLog(clock, builder.logEntries, builder.logBytes);
        Authenticator authenticator = builder.users.isEmpty() ? null : ScramAuthenticator.of(builder.users);
        Settings presented =
                new Settings(builder.replicaSet, builder.wireVersion, authenticator, builder.directory != null);
        this.server = new Server(presented, new Storage(log, presented.isAtLeast50()), clock, faultPlan);
        this.housekeeping = new Housekeeping(server, builder.ttlSweep);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens the port. After {@link #stop} it is the same port again, with all data.
     *
     * @throws java.io.UncheckedIOException when the port cannot be opened or the directory cannot be read
     */
    public synchronized EmbeddedMongo start() {
        if (closed) {
            throw new IllegalStateException("this server was closed; build another one");
        }
        if (sockets != null) {
            return this;
        }
        Path directory = settings.directory;
        if (!opened && directory != null) {
            DiskJournal.open(directory, server.storage());
        }
        opened = true;
        SocketServer started =
                SocketServer.start(settings.host, port, settings.tls, new Dispatcher(server), connectionIds);
        sockets = started;
        port = started.port();
        String advertised = settings.advertisedAddress;
        server.setAddress(advertised != null ? advertised : settings.host + ":" + port);
        housekeeping.start();
        return this;
    }

    /** Closes the port and all connections, as a crash of the server would look to its clients. Data stays. */
    public synchronized void stop() {
        SocketServer running = sockets;
        if (running != null) {
            sockets = null;
            running.stop();
            housekeeping.stop();
            server.abandonClients();
        }
    }

    /** Stops and releases everything; data in memory is gone. */
    @Override
    public synchronized void close() {
        if (!closed) {
            faultPlan.reset();
            stop();
            closed = true;
            server.storage().journal().close();
        }
    }

    /** The port; known once the server was started. */
    public synchronized int port() {
        if (port == 0) {
            throw new IllegalStateException("the port is chosen by start()");
        }
        return port;
    }

    /** A connection string for this server, with user and password if it has users. */
    public String uri() {
        return uri("");
    }

    /** A connection string with a database in its path. */
    public synchronized String uri(String database) {
        StringBuilder uri = new StringBuilder("mongodb://");
        settings.users.entrySet().stream()
                .findFirst()
                .ifPresent(user -> uri.append(encode(user.getKey()))
                        .append(':')
                        .append(encode(user.getValue()))
                        .append('@'));
        String advertised = settings.advertisedAddress;
        uri.append(advertised != null ? advertised : settings.host + ":" + port())
                .append('/')
                .append(database);
        String set = settings.replicaSet;
        uri.append(set == null ? "?directConnection=true" : "?replicaSet=" + encode(set));
        if (!settings.users.isEmpty()) {
            uri.append("&authSource=admin");
        }
        if (settings.tls != null) {
            uri.append("&tls=true");
        }
        return uri.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The faults that tests may ask for. */
    public Faults faults() {
        return new RealFaults();
    }

    /** What the server has done so far, for tests that prove how much work something is. */
    public Counters counters() {
        return new Counters(server.commands().get(), log.entriesRead(), log.size());
    }

    /**
     * Numbers since the server was built.
     *
     * @param commands commands executed
     * @param logEntriesRead change-log entries handed to change streams
     * @param logEntries entries in the change log now
     */
    public record Counters(long commands, long logEntriesRead, long logEntries) {}

    /** Faults for tests. Any thread; in force until {@link #reset} unless stated otherwise. */
    public interface Faults {
        /** Cuts all connections once; new ones are accepted. */
        void dropConnections();

        /** Holds every command back for this much longer. */
        void addLatency(Duration latency);

        /** Accepts connections and commands, but answers nothing until {@link #thaw}. */
        void freeze();

        void thaw();

        /** Makes commands fail. */
        void failCommand(FailCommand spec);

        /** Forgets all but the newest entries of the change log, once. */
        void shrinkChangeLog(int keepEntries);

        /** Shifts the wall clock of the server; zero is the real time. */
        void clockOffset(Duration offset);

        /** Ends all faults in force. */
        void reset();
    }

    private final class RealFaults implements Faults {
        @Override
        public void dropConnections() {
            synchronized (EmbeddedMongo.this) {
                if (sockets != null) {
                    sockets.dropConnections();
                }
            }
        }

        @Override
        public void addLatency(Duration latency) {
            faultPlan.addLatency(latency);
        }

        @Override
        public void freeze() {
            faultPlan.setFrozen(true);
        }

        @Override
        public void thaw() {
            faultPlan.setFrozen(false);
        }

        @Override
        public void failCommand(FailCommand spec) {
            faultPlan.fail(spec);
        }

        @Override
        public void shrinkChangeLog(int keepEntries) {
            log.shrink(keepEntries);
        }

        @Override
        public void clockOffset(Duration offset) {
            clock.setOffset(offset);
        }

        @Override
        public void reset() {
            faultPlan.reset();
            clock.setOffset(Duration.ZERO);
        }
    }

    /** How the server is to be. Not thread-safe. Without any setting: a replica set of one in memory on a free port of this machine. */
    public static final class Builder {
        private static final int MIN_WIRE = 8;
        private static final int MAX_WIRE = 21;

        private int port;
        private String host = "127.0.0.1";
        private @Nullable String advertisedAddress;
        private @Nullable String replicaSet = "rs0";
        private @Nullable Path directory;
        private int logEntries = 250_000;
        private long logBytes = 128L * 1024 * 1024;
        private final Map<String, String> users = new LinkedHashMap<>();
        private @Nullable SSLContext tls;
        private int wireVersion = 17;
        private Duration ttlSweep = Duration.ofSeconds(60);

        private Builder() {}

        private Builder copy() {
            Builder copy = new Builder();
            copy.port = port;
            copy.host = host;
            copy.advertisedAddress = advertisedAddress;
            copy.replicaSet = replicaSet;
            copy.directory = directory;
            copy.logEntries = logEntries;
            copy.logBytes = logBytes;
            copy.users.putAll(users);
            copy.tls = tls;
            copy.wireVersion = wireVersion;
            copy.ttlSweep = ttlSweep;
            return copy;
        }

        /** The port to listen on; 0, the default, for any free one. */
        public Builder port(int newPort) {
            port = require(newPort, newPort >= 0 && newPort <= 65_535, "port must be 0 to 65535, is " + newPort);
            return this;
        }

        /** The address to listen on, 127.0.0.1 by default. */
        public Builder host(String newHost) {
            host = Objects.requireNonNull(newHost, "host");
            return this;
        }

        /** The host and port that clients are told to connect to, for example that of a proxy. */
        public Builder advertisedAddress(String hostPort) {
            advertisedAddress =
                    require(hostPort, hostPort.contains(":"), "advertisedAddress must be host:port, is " + hostPort);
            return this;
        }

        /** The name of the replica set, rs0 by default. */
        public Builder replicaSet(String name) {
            replicaSet = require(name, !name.isBlank(), "the name of a replica set must not be blank");
            return this;
        }

        /** A server without replica set: no change streams, no transactions. */
        public Builder standalone() {
            replicaSet = null;
            return this;
        }

        /** Keeps data, change log and metadata in this directory; without it they are in memory. */
        public Builder directory(Path newDirectory) {
            directory = Objects.requireNonNull(newDirectory, "directory");
            return this;
        }

        /** How much change streams can look back: at most this many entries and roughly this many bytes. */
        public Builder changeLogLimits(int entries, long bytes) {
            require(entries, entries > 0 && bytes > 0, "the limits of the change log must be positive");
            logEntries = entries;
            logBytes = bytes;
            return this;
        }

        /** A user with all rights; with at least one user, nobody else may do anything. */
        public Builder user(String name, char[] password) {
            users.put(require(name, !name.isEmpty(), "a user needs a name"), new String(password));
            return this;
        }

        /** Accepts only TLS connections. */
        public Builder tls(SSLContext context) {
            tls = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * The highest wire version announced, which also decides in details like which release the server behaves: 9 is 4.4, 13 is
         * 5.0, 17 (the default) is 6.0, 21 is 7.0.
         */
        public Builder wireVersion(int max) {
            wireVersion = require(
                    max,
                    max >= MIN_WIRE && max <= MAX_WIRE,
                    "wireVersion must be " + MIN_WIRE + " to " + MAX_WIRE + ", is " + max);
            return this;
        }

        /** How often expired documents are deleted, 60 seconds by default as on real servers. */
        public Builder ttlSweep(Duration interval) {
            ttlSweep = require(
                    interval,
                    !interval.isNegative() && !interval.isZero(),
                    "ttlSweep must be positive, is " + interval);
            return this;
        }

        private static <T> T require(T value, boolean valid, String rule) {
            if (!valid) {
                throw new IllegalArgumentException(rule);
            }
            return value;
        }

        /** A server that is not started yet. Opens nothing. */
        public EmbeddedMongo build() {
            return new EmbeddedMongo(this);
        }
    }
}
