package io.tandem.benchmarks;

import io.tandem.benchmarks.lab.Order;
import io.tandem.benchmarks.profile.FlameGraph;
import io.tandem.benchmarks.report.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;

/** One scenario in a Java process of its own. Used once, by one thread. */
final class MeasuringProcess {
    private final Order order;
    private final int heapMegabytes;
    private final Optional<Path> profile;

    /**
     * A process that is not running yet.
     *
     * @param profile where to leave a recording and a flame graph
     */
    MeasuringProcess(Order order, int heapMegabytes, Optional<Path> profile) {
        this.order = order;
        this.heapMegabytes = heapMegabytes;
        this.profile = profile;
    }

    /** The process did not measure; it has said why on its error output. */
    static final class Failed extends Exception {
        Failed(String message) {
            super(message);
        }
    }

    /** Runs it to its end. Blocking. */
    List<Figure> run() throws IOException, InterruptedException, Failed {
        Path result = Files.createTempFile("tandem-bench-", ".json");
        try {
            Optional<Path> recording = recording();
            Process process = new ProcessBuilder(command(result, recording))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int exit;
            try {
                exit = process.waitFor();
            } finally {
                process.destroy();
            }
            if (exit != 0) {
                throw new Failed("the measuring process ended with exit code " + exit + "; its messages are above");
            }
            if (recording.isPresent()) {
                FlameGraph.write(recording.get(), graph(recording.get()), order.scenario());
            }
            return figures(Files.readString(result));
        } finally {
            Files.deleteIfExists(result);
        }
    }

    private Optional<Path> recording() throws IOException {
        if (profile.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(profile.get());
        return Optional.of(profile.get().resolve(order.scenario() + ".jfr").toAbsolutePath());
    }

    private static Path graph(Path recording) {
        return Path.of(recording.toString().replaceAll("\\.jfr$", ".svg"));
    }

    private List<String> command(Path result, Optional<Path> recording) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heapMegabytes + "m"));
        recording.ifPresent(file -> command.addAll(List.of(
                "-XX:FlightRecorderOptions=stackdepth=256",
                "-XX:StartFlightRecording=settings=profile,filename=" + file)));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Measuring.class.getName(),
                order.toJson(),
                result.toString()));
        return command;
    }

    private static List<Figure> figures(String json) {
        return BsonArray.parse(json).stream()
                .map(figure -> Figure.fromBson(figure.asDocument()))
                .toList();
    }
}
