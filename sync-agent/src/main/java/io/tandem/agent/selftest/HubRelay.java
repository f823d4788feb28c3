package io.tandem.agent.selftest;

import com.mongodb.MongoClientSettings;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A SOCKS5 relay on the loopback interface through which an engine under test reaches the hub, so that the connection can be cut. Any
 * thread may cut and restore.
 *
 * <p>The driver still sees the hub's real host names: replica set discovery, {@code mongodb+srv} and TLS work as without it.
 */
final class HubRelay implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    HubRelay() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("tandem-selftest-relay", this::accept);
    }

    /** Sends a client's connections through this relay. */
    void route(MongoClientSettings.Builder settings) {
        settings.applyToSocketSettings(socket -> socket.applyToProxySettings(proxy ->
                proxy.host(InetAddress.getLoopbackAddress().getHostAddress()).port(server.getLocalPort())));
    }

    /** Ends all connections and refuses new ones until restored. */
    void cut() {
        cut = true;
        open.forEach(HubRelay::closeQuietly);
    }

    void restore() {
        cut = false;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                start("tandem-selftest-relay-connection", () -> serve(client));
            } catch (IOException closed) {
                return; // close() was called
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            if (!cut) {
                relay(client);
            }
        } catch (IOException broken) {
            // Either end went away, which is what this relay is for.
            closeQuietly(client);
        } finally {
            open.remove(client);
        }
    }

    private void relay(Socket client) throws IOException {
        InetSocketAddress target = handshake(client);
        try (Socket hub = new Socket()) {
            hub.connect(target, CONNECT_MILLIS);
            hub.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            open.add(hub);
            client.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            if (cut) {
                return;
            }
            start("tandem-selftest-relay-answers", () -> copy(hub, client));
            copy(client, hub);
            open.remove(hub);
        }
    }

    /** Greets, and reads where the client wants to go. */
    private static InetSocketAddress handshake(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        in.readByte();
        in.readNBytes(in.readUnsignedByte());
        client.getOutputStream().write(new byte[] {5, 0});
        in.readNBytes(3);
        int kind = in.readUnsignedByte();
        InetAddress address;
        if (kind == 3) {
            String host = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
            address = InetAddress.getByName(host);
        } else {
            address = InetAddress.getByAddress(in.readNBytes(kind == 4 ? 16 : 4));
        }
        return new InetSocketAddress(address, in.readUnsignedShort());
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException ended) {
            // One end closed; the other follows below.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }

    @Override
    public void close() throws IOException {
        cut();
        server.close();
    }
}
