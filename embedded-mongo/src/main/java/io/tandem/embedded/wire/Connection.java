package io.tandem.embedded.wire;

import io.tandem.embedded.auth.Conversation;
import io.tandem.embedded.bson.BsonFormatException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection and what is known about it. Its own thread serves it; {@link #cut} may come from any thread. */
public final class Connection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final int id;
    private final Socket socket;
    private final RequestHandler handler;
    private volatile boolean open = true;
    private @Nullable String user;
    private @Nullable Conversation conversation;

    Connection(int id, Socket socket, RequestHandler handler) {
        this.id = id;
        this.socket = socket;
        this.handler = handler;
    }

    public int id() {
        return id;
    }

    /** The client's address as the server shows it. */
    public String remoteAddress() {
        return socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
    }

    /** Who has authenticated on this connection, or null. */
    public @Nullable String user() {
        return user;
    }

    public void setUser(@Nullable String name) {
        user = name;
    }

    public @Nullable Conversation conversation() {
        return conversation;
    }

    public void setConversation(@Nullable Conversation next) {
        conversation = next;
    }

    public boolean isOpen() {
        return open;
    }

    @Override
    public void run() {
        handler.opened(this);
        try (socket) {
            WireCodec codec = new WireCodec(
                    new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024)),
                    socket.getOutputStream());
            for (Request request = codec.read(); request != null && open; request = codec.read()) {
                var reply = handler.handle(request, this);
                if (request.wantsReply()) {
                    codec.write(request, reply);
                }
            }
        } catch (CutConnection e) {
            reset();
        } catch (IOException | BsonFormatException e) {
            if (open) {
                LOG.debug("connection ended, id={}, reason={}", id, e.toString());
            }
        } catch (RuntimeException e) {
            LOG.debug("malformed message, id={}, reason={}", id, e.getClass().getName());
            reset();
        } finally {
            open = false;
            handler.closed(this);
        }
    }

    /** Closes the connection at once, with a reset instead of a farewell. */
    public void cut() {
        open = false;
        reset();
    }

    private void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            LOG.debug("connection could not be reset, id={}, reason={}", id, e.toString());
        }
    }
}
