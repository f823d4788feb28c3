package io.tandem.embedded.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, and gives each connection a thread of its own. Start and stop from one thread; the rest from any. */
public final class SocketServer {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final int BACKLOG = 256;

    private final RequestHandler handler;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ids;
    private volatile boolean open = true;

    private SocketServer(ServerSocket listener, RequestHandler handler, AtomicInteger ids) {
        this.listener = listener;
        this.handler = handler;
        this.ids = ids;
        this.acceptor = new Thread(this::accept, "embedded-mongo-accept-" + listener.getLocalPort());
        acceptor.setDaemon(true);
    }

    /**
     * Opens the port and starts to accept.
     *
     * @param port 0 for any free one
     * @param ids where connection numbers come from
     */
    public static SocketServer start(
            String host, int port, @Nullable SSLContext tls, RequestHandler handler, AtomicInteger ids) {
        try {
            ServerSocket listener = tls == null
                    ? new ServerSocket()
                    : tls.getServerSocketFactory().createServerSocket();
            listener.setReuseAddress(true);
            try {
                listener.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
            } catch (IOException e) {
                listener.close();
                throw new IOException(
                        "Cannot listen on " + host + ":" + port + " (" + e.getMessage()
                                + "). Choose another port, or 0 for any free one.",
                        e);
            }
            SocketServer server = new SocketServer(listener, handler, ids);
            server.acceptor.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (open) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                Connection connection = new Connection(ids.incrementAndGet(), socket, handler);
                connections.add(connection);
                Thread thread = new Thread(
                        () -> {
                            try {
                                connection.run();
                            } finally {
                                connections.remove(connection);
                            }
                        },
                        "embedded-mongo-connection-" + connection.id());
                thread.setDaemon(true);
                thread.start();
                if (!open) {
                    connection.cut();
                }
            } catch (IOException e) {
                if (open) {
                    LOG.warn("a connection could not be accepted, reason={}", e.toString());
                }
            }
        }
    }

    /** Cuts all connections; new ones are accepted. */
    public void dropConnections() {
        connections.forEach(Connection::cut);
    }

    public int connectionCount() {
        return connections.size();
    }

    /** Closes the port and all connections. */
    public void stop() {
        open = false;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.warn("the listening socket could not be closed, reason={}", e.toString());
        }
        dropConnections();
        try {
            acceptor.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropConnections();
    }
}
