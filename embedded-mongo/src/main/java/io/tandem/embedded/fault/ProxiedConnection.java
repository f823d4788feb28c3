package io.tandem.embedded.fault;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One client's connection through the proxy: two sockets, and per direction one thread that reads and one that writes, so that a delay
 * does not lower the throughput. Any thread may end it.
 */
final class ProxiedConnection {

    /** Messages read ahead per direction. Then the sender feels the stall, as behind a full network. */
    private static final int READ_AHEAD_MAX = 64;

    private static final int WRITE_BYTES_MAX = 4_096;

    private final Socket client;
    private final Socket server;
    private final Weather weather;
    private final Script script;
    private final Runnable onEnd;
    private final Map<Integer, Fault> faultsOfReplies = new ConcurrentHashMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger directionsOpen = new AtomicInteger(2);
    private volatile boolean halfOpen;

    ProxiedConnection(Socket client, Socket server, Weather weather, Script script, Runnable onEnd) {
        this.client = client;
        this.server = server;
        this.weather = weather;
        this.script = script;
        this.onEnd = onEnd;
    }

    void start(String name) {
        pump(name + " to server", client, server, true);
        pump(name + " to client", server, client, false);
    }

    /** Ends both sides in order (FIN), or by a reset (RST). */
    void end(boolean byReset) {
        if (ended.compareAndSet(false, true)) {
            close(client, byReset);
            close(server, byReset);
            weather.change(unchanged -> unchanged); // wakes the writers, whose sockets are closed now
            onEnd.run();
        }
    }

    /** The server is gone and the client is not told: what it sends disappears, and nothing comes back. */
    void abandonClient() {
        halfOpen = true;
        close(server, true);
    }

    private void pump(String name, Socket from, Socket to, boolean requests) {
        BlockingQueue<Passing> queue = new LinkedBlockingQueue<>(READ_AHEAD_MAX);
        daemon(name + ", reading", () -> read(from, queue, requests));
        daemon(name + ", writing", () -> write(to, queue));
    }

    private void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(Socket from, BlockingQueue<Passing> queue, boolean requests) {
        try {
            MessageReader reader = new MessageReader(from.getInputStream());
            while (true) {
                Message message = reader.next();
                Optional<Fault> fault = requests ? script.take(message.command()) : faultOfReply(message);
                if (fault.isPresent() && requests) {
                    if (fault.get() == Fault.CUT_BEFORE) {
                        end(true);
                        return;
                    }
                    faultsOfReplies.put(message.requestId(), fault.get());
                }
                queue.put(new Passing(Optional.of(message), System.nanoTime(), requests ? Optional.empty() : fault));
            }
        } catch (EOFException orderly) {
            offerEnd(queue);
        } catch (IOException broken) {
            endUnlessHalfOpen(); // the peer reset its connection: the other side sees the same
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            end(true);
        }
    }

    private Optional<Fault> faultOfReply(Message reply) {
        return Optional.ofNullable(faultsOfReplies.remove(reply.responseTo()));
    }

    private void offerEnd(BlockingQueue<Passing> queue) {
        if (halfOpen) {
            return;
        }
        try {
            queue.put(new Passing(Optional.empty(), System.nanoTime(), Optional.empty()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            end(true);
        }
    }

    private void write(Socket to, BlockingQueue<Passing> queue) {
        try {
            while (true) {
                Passing passing = queue.take();
                weather.awaitPassage(passing.arrivedNanos());
                if (passing.message().isEmpty()) {
                    finish(to);
                    return;
                }
                boolean goOn = deliver(to, passing.message().get(), passing.fault());
                if (!goOn) {
                    return;
                }
            }
        } catch (IOException broken) {
            endUnlessHalfOpen();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            end(true);
        }
    }

    private boolean deliver(Socket to, Message message, Optional<Fault> fault)
            throws IOException, InterruptedException {
        boolean keepsReply = fault.isPresent() && fault.get() != Fault.CUT_AFTER;
        if (!keepsReply && !(halfOpen && to == server)) {
            send(to, message.bytes());
        }
        if (fault.isPresent() && fault.get() == Fault.CUT_AFTER) {
            end(false); // in order, since a reset could overtake the reply
            return false;
        }
        if (fault.isPresent() && fault.get() == Fault.DROP_REPLY) {
            end(true);
            return false;
        }
        return true;
    }

    private void send(Socket to, byte[] bytes) throws IOException, InterruptedException {
        int step = weather.now().bytesPerSecond() > 0 ? WRITE_BYTES_MAX : bytes.length;
        for (int from = 0; from < bytes.length; from += step) {
            int length = Math.min(step, bytes.length - from);
            weather.awaitTransmission(length);
            to.getOutputStream().write(bytes, from, length);
        }
    }

    private void finish(Socket to) throws IOException {
        to.shutdownOutput();
        if (directionsOpen.decrementAndGet() == 0) {
            end(false);
        }
    }

    private void endUnlessHalfOpen() {
        if (!halfOpen || client.isClosed()) {
            end(true);
        } else {
            swallow();
        }
    }

    /** Reads what the client of a half-open connection still sends, so that it notices nothing, until it gives up. */
    private void swallow() {
        try {
            while (client.getInputStream().read() >= 0) {
                // gone
            }
            end(false);
        } catch (IOException clientGaveUp) {
            end(true);
        }
    }

    private static void close(Socket socket, boolean byReset) {
        try {
            if (byReset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException alreadyBroken) {
            // A socket that cannot be closed any better is what a fault looks like.
        }
    }

    /**
     * What waits in a direction.
     *
     * @param message empty for the end of the stream
     * @param arrivedNanos when it was read
     * @param fault what to do when a reply gets here
     */
    private record Passing(Optional<Message> message, long arrivedNanos, Optional<Fault> fault) {}
}
