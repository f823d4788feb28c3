package io.tandem.demo;

import com.mongodb.MongoException;
import io.tandem.agent.cli.CommandFailure;
import io.tandem.agent.cli.DatabaseFailures;
import io.tandem.agent.logging.AgentLogging;
import io.tandem.agent.text.Masking;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tandem demo}: devices and a hub, sample data, live traffic on all of them, and a view of how they stay in step. */
@Command(
        name = "demo",
        description = "Shows two devices and a hub staying in step under live traffic.",
        footer = {
            "",
            "Examples:",
            "  tandem demo",
            "  tandem demo --for 20s --data ./datasets",
            "  tandem demo --devices 4 --for 1m --json",
            "  tandem demo --local-uri mongodb://localhost:27017/demo_a --hub-uri mongodb+srv://.../demo",
            "",
            "With --for the traffic ends after that time; then everything is compared by content, and the exit code is 0",
            "only if all replicas are equal. Without it, stop with Ctrl-C."
        })
final class DemoCommand implements Callable<Integer> {
    private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(ms|s|m|h)?");
    private static final Duration QUIET_LIMIT = Duration.ofMinutes(3);
    private static final int CHANGES_PER_SECOND = 25;
    private static final int LAST_PORT = 65_535;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--for", description = "Stop the traffic after this time, for example 20s or 2m, and compare.")
    private String runFor = "";

    @Option(names = "--devices", description = "Number of devices, 1 to 20 (default: ${DEFAULT-VALUE}).")
    private int devices = 2;

    @Option(names = "--data", description = "Directory whose *.json files, one document per line, are imported.")
    private Path data = Path.of("");

    @Option(names = "--port", description = "Port of the first device's agent (default: 5000, or a free one).")
    private @Nullable Integer port;

    @Option(names = "--json", description = "Print the summary as JSON and nothing else.")
    private boolean json;

    @Option(
            names = "--local-uri",
            description =
                    "A device's own server instead of an embedded one; once per device, with a database of its own.")
    private List<String> localUris = new ArrayList<>();

    @Option(names = "--hub-uri", description = "A hub of your own instead of an embedded one, with a database name.")
    private Optional<String> hubUri = Optional.empty();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Optional<Duration> time = time();
        if (!localUris.isEmpty()) {
            devices = localUris.size();
        }
        if (devices < 1 || devices > 20) {
            throw CommandFailure.wrongUsage("--devices " + devices + " is not in 1..20.");
        }
        if (port != null && (port < 0 || port > LAST_PORT - devices + 1)) {
            throw CommandFailure.wrongUsage("--port " + port + " is not in 0.." + (LAST_PORT - devices + 1)
                    + "; each device's agent takes one port from there on, and 0 means any free ones.");
        }
        SampleData sample = SampleData.in(data);
        Path logs = Files.createTempDirectory("tandem-demo-logs");
        AgentLogging.startFiles(logs, false, Masking.standard());
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.countDown();
                    awaitQuietly(stopped);
                },
                "tandem-demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (DemoWorld world = DemoWorld.open(devices, localUris, hubUri)) {
            boolean equal = run(world, sample, time, stop, logs);
            return equal ? 0 : 1;
        } finally {
            AgentLogging.stop();
            stopped.countDown();
        }
    }

    private boolean run(DemoWorld world, SampleData sample, Optional<Duration> time, CountDownLatch stop, Path logs)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        world.replicas().forEach(DemoCommand::requireEmpty);
        long imported = SampleData.shop(world.replicas().get(0))
                + sample.importInto(world.replicas().get(1));
        world.startAgents(Optional.ofNullable(port), logs);
        LiveView view = new LiveView(world, out, json);
        view.begin(imported, logs);
        List<Traffic> traffic = new ArrayList<>();
        boolean interrupted;
        try {
            for (Replica replica : world.replicas()) {
                traffic.add(
                        new Traffic(replica, CHANGES_PER_SECOND, replica.name().hashCode()));
            }
            interrupted = watch(view, traffic, time, stop);
        } finally {
            traffic.forEach(Traffic::close);
        }
        if (interrupted) {
            view.goodbye();
            return true;
        }
        Comparison comparison = Comparison.untilEqual(world, QUIET_LIMIT);
        view.summary(imported, traffic, comparison);
        return comparison.equal();
    }

    private boolean watch(LiveView view, List<Traffic> traffic, Optional<Duration> time, CountDownLatch stop)
            throws InterruptedException {
        long end = time.map(t -> System.nanoTime() + t.toNanos()).orElse(Long.MAX_VALUE);
        while (System.nanoTime() < end) {
            long pause = Math.min(1_000_000_000L, Math.max(0, end - System.nanoTime()));
            if (stop.await(pause, TimeUnit.NANOSECONDS)) {
                return true;
            }
            try {
                view.show(traffic);
            } catch (MongoException failed) {
                view.unreadable(DatabaseFailures.explain(failed));
            }
        }
        return false;
    }

    private static void requireEmpty(Replica replica) {
        long documents;
        try {
            documents = replica.count();
        } catch (MongoException failed) {
            throw CommandFailure.failed("Cannot use the database for " + replica.name() + " (" + replica.maskedUri()
                    + "). " + DatabaseFailures.explain(failed));
        }
        if (documents > 0) {
            throw CommandFailure.wrongUsage(
                    "The database '" + replica.database().getName() + "' for " + replica.name()
                            + " is not empty. The demo writes sample data; give it an empty database.");
        }
    }

    private Optional<Duration> time() {
        if (runFor.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = TIME.matcher(runFor);
        if (!parts.matches()) {
            throw CommandFailure.wrongUsage("--for " + runFor + " is not a time; write it like 20s, 2m or 500ms.");
        }
        long number = Long.parseLong(parts.group(1));
        String unit = parts.group(2) == null ? "s" : parts.group(2);
        return Optional.of(
                switch (unit) {
                    case "ms" -> Duration.ofMillis(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(15, TimeUnit.SECONDS)) {
                System.err.println("The demo did not stop in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
