package io.tandem.demo.kill;

import io.tandem.demo.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code tandem serve} as a process of its own, so that it can be killed like a machine that loses power. */
final class ServeProcess implements AutoCloseable {
    private final Process process;
    private final Path console;

    private ServeProcess(Process process, Path console) {
        this.process = process;
        this.console = console;
    }

    /**
     * Starts it in both directions.
     *
     * @param directory where it runs and logs; used again after a kill, as on a real machine
     */
    static ServeProcess start(Path directory, String localUri, String hubUri) throws IOException {
        Path console = directory.resolve("console.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TANDEM_"));
        builder.environment().put("MONGODB_URI", localUri);
        builder.environment().put("MONGODB_ATLAS_URI", hubUri);
        builder.environment().put("BIDIRECTIONAL_SYNC_ENABLED", "true");
        builder.environment().put("PORT", "0");
        builder.environment().put("LOG_DIR", directory + File.separator + "logs");
        return new ServeProcess(builder.start(), console);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What all runs so far have printed. */
    String console() {
        try {
            return Files.readString(console);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it with a signal that no process can catch, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
