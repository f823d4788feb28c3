package io.tandem.embedded.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault, seen from a client and from a server that answers each message with the same bytes. */
@Timeout(60)
class FaultProxyTest {

    private final EchoServer server = new EchoServer();
    private final FaultProxy proxy = FaultProxy.inFrontOf("127.0.0.1", server.port());

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopAll() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesEverythingThroughWhenAllIsWell() throws IOException {
        try (Client client = new Client()) {
            assertThat(client.ask("insert", 1)).isEqualTo("insert");
            assertThat(client.ask("find", 2)).isEqualTo("find");
            assertThat(proxy.openConnections()).isEqualTo(1);
        }
        await().until(() -> proxy.openConnections() == 0);
        assertThat(server.seen).containsExactly("insert", "find");
        assertThat(proxy.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void passesStreamsOfOtherProtocolsToo() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            byte[] hello = "\u0016\u0003\u0001 something like a TLS hello, longer than a header"
                    .getBytes(StandardCharsets.ISO_8859_1);
            socket.getOutputStream().write(hello);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(hello);
        }
    }

    @Test
    void cutEndsConnectionsInOrderAndNewOnesWork() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 1);
            proxy.cut();
            assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
        }
        try (Client client = new Client()) {
            assertThat(client.ask("find", 1)).isEqualTo("find");
        }
    }

    @Test
    void resetTearsConnectionsDown() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 1);
            proxy.reset();
            assertThatThrownBy(client::receive)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void refuseTurnsNewConnectionsAwayAndHealLetsThemInAtTheSamePort() throws IOException {
        try (Client old = new Client()) {
            old.ask("find", 1);

            proxy.refuse();

            assertThatThrownBy(Client::new).isInstanceOf(ConnectException.class);
            assertThat(old.ask("find", 2)).as("open connections go on").isEqualTo("find");
            proxy.heal();
            try (Client client = new Client()) {
                assertThat(client.ask("find", 1)).isEqualTo("find");
            }
        }
    }

    @Test
    void stallKeepsEverythingBackAndLosesNothing() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 1);
            proxy.stall();
            client.send("insert", 2);
            client.socket.setSoTimeout(300);
            assertThatThrownBy(client::receive).isInstanceOf(SocketTimeoutException.class);
            assertThat(server.seen).containsExactly("find");

            proxy.heal();

            client.socket.setSoTimeout(10_000);
            assertThat(client.receive()).isEqualTo("insert");
        }
    }

    @Test
    void halfOpenNeverTellsTheClient() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 1);
            proxy.halfOpen();
            await().until(() -> server.open.get() == 0);
            client.send("insert", 2);
            client.send("insert", 3);
            client.socket.setSoTimeout(300);
            assertThatThrownBy(client::receive).isInstanceOf(SocketTimeoutException.class);
            assertThat(server.seen).containsExactly("find");
        }
        await().until(() -> proxy.openConnections() == 0);
    }

    @Test
    void delayHoldsEachMessageBackButNotOneAfterTheOther() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 0);
            proxy.delay(Duration.ofMillis(100));
            long started = System.nanoTime();
            for (int i = 1; i <= 10; i++) {
                client.send("find", i);
            }
            for (int i = 1; i <= 10; i++) {
                client.receive();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            assertThat(took).isBetween(Duration.ofMillis(200), Duration.ofMillis(1_500));
        }
    }

    @Test
    void throttleLimitsTheSpeed() throws IOException {
        try (Client client = new Client()) {
            client.ask("find", 0);
            proxy.throttle(100_000);
            long started = System.nanoTime();
            client.ask("x".repeat(20_000), 1);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(300));

            proxy.heal();
            started = System.nanoTime();
            client.ask("x".repeat(20_000), 2);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(300));
        }
    }

    @Test
    void aDroppedReplyMeansDoneButUnknown() throws IOException {
        proxy.dropNextReply("update");
        try (Client client = new Client()) {
            assertThat(client.ask("find", 1)).isEqualTo("find");
            client.send("update", 2);
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
        }
        assertThat(server.seen).containsExactly("find", "update");
        assertThat(proxy.planned()).isZero();
        try (Client client = new Client()) {
            assertThat(client.ask("update", 3)).as("only once").isEqualTo("update");
        }
    }

    @Test
    void cutBeforeMeansThatTheServerNeverSawIt() throws IOException {
        proxy.plan("update", 1, Fault.CUT_BEFORE);
        try (Client client = new Client()) {
            assertThat(client.ask("update", 1)).as("the first one is skipped").isEqualTo("update");
            client.send("update", 2);
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
        }
        assertThat(server.seen).containsExactly("update");
    }

    @Test
    void cutAfterDeliversTheReplyFirst() throws IOException {
        proxy.plan("update", 0, Fault.CUT_AFTER);
        try (Client client = new Client()) {
            assertThat(client.ask("update", 1)).isEqualTo("update");
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSwallowedReplyLeavesTheConnectionOpen() throws IOException {
        proxy.plan("update", 0, Fault.SWALLOW_REPLY);
        try (Client client = new Client()) {
            client.send("update", 1);
            assertThat(client.ask("find", 2)).isEqualTo("find");
        }
        assertThat(server.seen).containsExactly("update", "find");
    }

    @Test
    void forgottenPlansDoNotHappen() throws IOException {
        proxy.dropNextReply("update");
        proxy.forgetPlans();
        try (Client client = new Client()) {
            assertThat(client.ask("update", 1)).isEqualTo("update");
        }
        assertThatThrownBy(() -> proxy.plan("update", -1, Fault.CUT_AFTER))
                .hasMessageContaining("skip must be 0 or more");
        assertThatThrownBy(() -> proxy.throttle(0)).hasMessageContaining("must be positive");
    }

    @Test
    void resetsConnectionsWhileTheServerIsAwayAndFindsItsSuccessor() throws IOException {
        try (FaultProxy early = FaultProxy.listen()) {
            try (Socket socket = new Socket("127.0.0.1", early.port())) {
                assertThatThrownBy(() -> {
                            if (socket.getInputStream().read() < 0) {
                                throw new EOFException();
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
            early.forwardTo("127.0.0.1", server.port());
            try (Client client = new Client(early.port())) {
                assertThat(client.ask("find", 1)).isEqualTo("find");
            }
        }
    }

    // --- both ends
    // ----------------------------------------------------------------------------------------------------

    private static byte[] message(String command, int requestId, int responseTo) {
        byte[] name = command.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(27 + name.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(bytes.capacity()).putInt(requestId).putInt(responseTo).putInt(2013);
        bytes.putInt(0)
                .put((byte) 0)
                .putInt(6 + name.length)
                .put((byte) 16)
                .put(name)
                .put((byte) 0);
        return bytes.array();
    }

    private final class Client implements AutoCloseable {

        private final Socket socket;

        Client() throws IOException {
            this(proxy.port());
        }

        Client(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
        }

        void send(String command, int requestId) throws IOException {
            socket.getOutputStream().write(message(command, requestId, 0));
        }

        String receive() throws IOException {
            return new MessageReader(socket.getInputStream()).next().command();
        }

        String ask(String command, int requestId) throws IOException {
            send(command, requestId);
            return receive();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final class EchoServer implements AutoCloseable {

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final java.util.concurrent.atomic.AtomicInteger open = new java.util.concurrent.atomic.AtomicInteger();
        private final ServerSocket listener;

        EchoServer() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        void start() {
            daemon(() -> {
                while (true) {
                    Socket socket = listener.accept();
                    open.incrementAndGet();
                    daemon(() -> answer(socket));
                }
            });
        }

        private void answer(Socket socket) throws IOException {
            try (socket) {
                MessageReader reader = new MessageReader(socket.getInputStream());
                while (true) {
                    Message message = reader.next();
                    if (message.requestId() == 0 && message.command().isEmpty()) {
                        socket.getOutputStream().write(message.bytes());
                    } else {
                        seen.add(message.command());
                        socket.getOutputStream()
                                .write(message(
                                        message.command(), 1_000_000 + message.requestId(), message.requestId()));
                    }
                }
            } finally {
                open.decrementAndGet();
            }
        }

        private static void daemon(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException endOfTheConnection) {
                    // each test looks at what its client sees
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }

        private interface Work {
            void run() throws IOException;
        }
    }
}
