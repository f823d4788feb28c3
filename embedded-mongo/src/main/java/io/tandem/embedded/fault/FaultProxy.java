package io.tandem.embedded.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on this machine that behaves as badly as asked: cut, reset, refuse, stall, half-open, delay, throttle, and faults for single
 * commands. Any thread may call any method; all faults can be combined.
 *
 * <p>Clients of a replica set connect to the address that the server names in its {@code hello}. So the server must advertise the proxy:
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.listen();
 *         EmbeddedMongo server = EmbeddedMongo.builder().advertisedAddress(proxy.address()).build().start()) {
 *     proxy.forwardTo("127.0.0.1", server.port());
 *     ... MongoClients.create(server.uri()) ...
 * }
 * }</pre>
 *
 * <p>Faults for single commands need to see the commands: they work without TLS and without wire compression.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int CONNECT_MILLIS_MAX = 5_000;

    private final Weather weather = new Weather();
    private final Script script = new Script();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final int port;
    private volatile @Nullable InetSocketAddress target;
    private @Nullable ServerSocket listener; // guarded by this
    private volatile @Nullable Thread acceptor; // of the present listener
    private @Nullable Socket reservation; // guarded by this: holds the port while connections are refused
    private boolean closed; // guarded by this

    private FaultProxy(ServerSocket listener) {
        this.port = listener.getLocalPort();
        this.listener = listener;
    }

    /** A proxy on a free port of 127.0.0.1 that resets every connection until {@link #forwardTo} says where they go. */
    public static FaultProxy listen() {
        try {
            ServerSocket listener = open(0);
            FaultProxy proxy = new FaultProxy(listener);
            proxy.acceptFrom(listener);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a port on 127.0.0.1 for the proxy", e);
        }
    }

    /** A proxy in front of a server that is already known. */
    public static FaultProxy inFrontOf(String host, int serverPort) {
        return listen().forwardTo(host, serverPort);
    }

    /** Sends new connections to this server from now on. */
    public FaultProxy forwardTo(String host, int serverPort) {
        target = new InetSocketAddress(host, serverPort);
        return this;
    }

    /** The port on 127.0.0.1, always the same one. */
    public int port() {
        return port;
    }

    /** Host and port, as a server can advertise it. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    // --- faults
    // -------------------------------------------------------------------------------------------------------

    /** Ends all faults that last: nothing is stalled, delayed, throttled or refused. What was planned for commands stays planned. */
    public void heal() {
        weather.change(before -> Conditions.GOOD);
        listenAgain();
    }

    /** Closes all connections in order, once. */
    public void cut() {
        endAll(false);
    }

    /** Resets all connections, once: the client gets "connection reset". */
    public void reset() {
        endAll(true);
    }

    /** Refuses new connections until {@link #heal}. Open ones go on. */
    public synchronized void refuse() {
        if (closed || listener == null) {
            return;
        }
        try {
            listener.close();
            listener = null;
            awaitEndOf(acceptor); // the system frees the port only when nobody waits on the socket any more
            reservation = reserve();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop listening on port " + port, e);
        }
    }

    /** Lets nothing pass until {@link #heal}: connections stay open and silent, as when packets are lost. Nothing is dropped. */
    public void stall() {
        weather.change(before -> before.withStalled(true));
    }

    /** Drops the server's side of all connections, once, without telling the clients, as when a server loses its power. */
    public void halfOpen() {
        connections.forEach(ProxiedConnection::abandonClient);
    }

    /** Holds back every message, in each direction, until {@link #heal}. Messages do not wait for each other. */
    public void delay(Duration each) {
        weather.change(before -> before.withDelayNanos(each.toNanos()));
    }

    /** Limits the speed of each direction of each connection, until {@link #heal}. */
    public void throttle(long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("bytesPerSecond must be positive, is " + bytesPerSecond);
        }
        weather.change(before -> before.withBytesPerSecond(bytesPerSecond));
    }

    /** Plans {@link Fault#DROP_REPLY} for the next command of this name, for example {@code update}. */
    public void dropNextReply(String command) {
        plan(command, 0, Fault.DROP_REPLY);
    }

    /**
     * Plans a fault for one coming command.
     *
     * @param command the name of the command as in the protocol, for example {@code insert} or {@code getMore}
     * @param skip how many commands of this name go through first
     */
    public void plan(String command, int skip, Fault fault) {
        script.add(command, skip, fault);
    }

    /** How many planned faults have not happened yet. */
    public int planned() {
        return script.size();
    }

    /** Forgets the planned faults that have not happened yet. */
    public void forgetPlans() {
        script.clear();
    }

    // --- what happens
    // -------------------------------------------------------------------------------------------------

    /** Connections open now. */
    public int openConnections() {
        return connections.size();
    }

    /** Connections accepted since the start. */
    public long acceptedConnections() {
        return accepted.get();
    }

    /** Stops listening and resets all connections. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            closeQuietly(listener);
            closeQuietly(reservation);
            listener = null;
            reservation = null;
        }
        endAll(true);
    }

    private void endAll(boolean byReset) {
        List.copyOf(connections).forEach(connection -> connection.end(byReset));
    }

    private synchronized void listenAgain() {
        if (closed || listener != null) {
            return;
        }
        closeQuietly(reservation);
        reservation = null;
        try {
            ServerSocket opened = open(port);
            listener = opened;
            acceptFrom(opened);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen on port " + port + " again; another process may have taken it", e);
        }
    }

    private static ServerSocket open(int port) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_024);
        return opened;
    }

    /** Keeps the port from other programs without listening on it: a connection attempt is refused by the system. */
    private Socket reserve() throws IOException {
        Socket holder = new Socket();
        holder.setReuseAddress(true);
        holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return holder;
    }

    private void acceptFrom(ServerSocket from) {
        Thread thread = new Thread(() -> acceptAll(from, this::connect), "fault-proxy-" + port);
        thread.setDaemon(true);
        thread.start();
        acceptor = thread;
    }

    private static void awaitEndOf(@Nullable Thread thread) throws IOException {
        if (thread != null) {
            try {
                thread.join(2L * CONNECT_MILLIS_MAX);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while the proxy stopped listening", e);
            }
        }
    }

    private static void acceptAll(ServerSocket from, Consumer<Socket> then) {
        while (!from.isClosed()) {
            try {
                then.accept(from.accept());
            } catch (IOException stopped) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException("The proxy can accept no more connections", stopped);
                }
            }
        }
    }

    private void connect(Socket client) {
        long number = accepted.incrementAndGet();
        InetSocketAddress server = target;
        Socket upstream = new Socket();
        try {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            if (server == null) {
                throw new IOException("no server yet");
            }
            upstream.connect(server, CONNECT_MILLIS_MAX);
        } catch (IOException unreachable) {
            // The client sees what a machine without a server shows: its connection is reset.
            new ProxiedConnection(client, upstream, weather, script, () -> {}).end(true);
            return;
        }
        ProxiedConnection[] self = new ProxiedConnection[1];
        self[0] = new ProxiedConnection(client, upstream, weather, script, () -> connections.remove(self[0]));
        connections.add(self[0]);
        self[0].start("fault-proxy-" + port + " connection " + number);
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        if (resource != null) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("Cannot close a socket of the proxy", e);
            }
        }
    }
}
