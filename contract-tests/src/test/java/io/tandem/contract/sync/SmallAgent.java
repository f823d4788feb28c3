package io.tandem.contract.sync;

import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.status.EngineStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An engine in a process of its own with a heap of its own size. It ends in order when its standard input is closed. */
final class SmallAgent implements AutoCloseable {
    private final Process process;
    private final Path output;

    private SmallAgent(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts one; {@code output} gets its console. */
    static SmallAgent start(int heapMegabytes, Path output, String localUri, String hubUri, String database)
            throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallAgent.class.getName(),
                        localUri,
                        hubUri,
                        database)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new SmallAgent(process, output);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String console() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Ends it in order; returns its exit code. */
    int finish() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process itself. */
    public static void main(String[] arguments) throws IOException {
        EngineConfig config = EngineConfig.builder()
                .local(arguments[0], arguments[2])
                .hub(arguments[1], arguments[2])
                .instanceId("device-1")
                .bidirectionalEnabled(true)
                .reconnectInterval(Duration.ofMillis(500))
                .build();
        try (SyncEngine engine = SyncEngine.create(config)) {
            engine.start();
            while (System.in.read() >= 0) {
                // until the test closes it
            }
            EngineStatus status = engine.status();
            System.out.println("queue=" + status.queueSize() + " pushed=" + status.localToAtlas() + " quarantined="
                    + status.quarantined());
        }
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            heap += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
        }
        System.out.println(
                "maxHeapMB=" + Runtime.getRuntime().maxMemory() / 1_000_000 + " peakHeapMB=" + heap / 1_000_000);
    }
}
