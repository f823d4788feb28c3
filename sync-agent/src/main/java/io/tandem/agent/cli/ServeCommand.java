package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.ConfigException;
import io.tandem.agent.config.Settings;
import io.tandem.agent.http.WebServer;
import io.tandem.agent.logging.AgentLogging;
import io.tandem.agent.process.Agent;
import io.tandem.agent.service.StartCheck;
import io.tandem.agent.service.SyncService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tandem serve}: the service itself. Runs until it is told to stop, then finishes its batch and gives its lease back. */
@Command(
        name = "serve",
        description = "Keeps the local database and Atlas in step, and serves REST and the dashboard.",
        footer = {
            "",
            "Examples:",
            "  tandem serve",
            "  tandem serve --env-file /etc/tandem/tandem.env",
            "  tandem serve --print-config",
            "",
            "A database that cannot be reached does not stop the start: Tandem says so and keeps trying.",
            "Stop it with Ctrl-C or the service manager; it finishes its batch within ten seconds."
        })
final class ServeCommand implements Callable<Integer> {
    /** The banner waits this long for the device's name. */
    private static final Duration NAME_WAIT = Duration.ofSeconds(2);

    private final Surroundings surroundings;
    private final CountDownLatch stop;
    private final AtomicReference<@Nullable String> refusedLate = new AtomicReference<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions config;

    @Option(
            names = "--print-config",
            description = "Print every effective value and where it came from, secrets hidden, and start nothing.")
    private boolean printConfig;

    ServeCommand(Surroundings surroundings) {
        this(surroundings, new CountDownLatch(1));
    }

    /** @param stop ends the service when it is counted down */
    ServeCommand(Surroundings surroundings, CountDownLatch stop) {
        this.surroundings = surroundings;
        this.stop = stop;
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    public Integer call() {
        AgentConfig settings = config.load();
        PrintWriter out = spec.commandLine().getOut();
        if (printConfig) {
            print(settings, out);
            return ExitCodes.OK;
        }
        Path logs = logDirectory(settings);
        try {
            AgentLogging.start(logs, settings.get(Settings.LOG_FORMAT).equals("json"), settings.masking());
        } catch (UncheckedIOException unwritable) {
            AgentLogging.stop();
            throw CommandFailure.wrongUsage(unwritable.getMessage()
                    + " LOG_DIR must be a directory whose files can be written; for example LOG_DIR="
                    + Settings.LOG_DIR.example());
        }
        try {
            return serve(settings, logs, out);
        } catch (CommandFailure failed) {
            log().error("Tandem did not start: {}", failed.getMessage());
            throw failed;
        } finally {
            AgentLogging.stop();
        }
    }

    private int serve(AgentConfig settings, Path logs, PrintWriter out) {
        settings.warnings().forEach(warning -> log().warn("Configuration: {}", warning));
        SyncService service = service(settings);
        // Beside the rest of the start, which takes as long.
        CompletableFuture<List<StartCheck.Finding>> findings =
                inBackground(() -> service.checkDatabases(this::answeredLate));
        Agent agent = start(settings, service, logs, () -> report(findings.join()));
        Thread hook = new Thread(() -> shutDown(agent), "tandem-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        banner(settings, agent, logs, out);
        try {
            stop.await();
            shutDown(agent);
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            shutDown(agent);
        }
        String refusal = refusedLate.get();
        if (refusal != null) {
            throw CommandFailure.failed(refusal);
        }
        return ExitCodes.OK;
    }

    /** A slow server's answer to the check of the start: a refused login ends the service as it would have a second earlier. */
    private void answeredLate(StartCheck.Finding finding) {
        switch (finding.answer()) {
            case OK -> log().info(finding.message());
            case UNREACHABLE -> log().debug(finding.message());
            case REFUSED -> {
                refusedLate.set(finding.message());
                stop.countDown();
            }
        }
    }

    private SyncService service(AgentConfig settings) {
        try {
            return SyncService.create(settings, surroundings.clock());
        } catch (ConfigException wrong) {
            throw CommandFailure.wrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    private static CompletableFuture<List<StartCheck.Finding>> inBackground(Supplier<List<StartCheck.Finding>> check) {
        CompletableFuture<List<StartCheck.Finding>> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(check.get());
                    } catch (RuntimeException failed) {
                        result.completeExceptionally(failed);
                    }
                },
                "tandem-start-check");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Says how the databases answered. @throws CommandFailure when one of them refused the login */
    private static void report(List<StartCheck.Finding> findings) {
        for (StartCheck.Finding finding : findings) {
            switch (finding.answer()) {
                case OK -> log().info(finding.message());
                case UNREACHABLE -> log().warn(finding.message());
                case REFUSED -> throw CommandFailure.failed(finding.message());
            }
        }
    }

    private Agent start(AgentConfig settings, SyncService service, Path logs, Runnable beforeSyncing) {
        try {
            return Agent.start(settings, service, logs, TandemVersion.current(), surroundings.clock(), beforeSyncing);
        } catch (WebServer.CannotListen taken) {
            throw CommandFailure.failed(String.valueOf(taken.getMessage()));
        } catch (IllegalArgumentException unusable) {
            throw CommandFailure.wrongUsage(String.valueOf(unusable.getMessage()));
        } catch (UncheckedIOException unwritable) {
            throw CommandFailure.wrongUsage(unwritable.getMessage() + " (" + unwritable.getCause()
                    + "). LOG_DIR must be a directory whose files can be written; for example LOG_DIR="
                    + Settings.LOG_DIR.example());
        }
    }

    private static void shutDown(Agent agent) {
        log().info("Tandem stops");
        agent.close();
        log().info("Tandem stopped");
    }

    private Path logDirectory(AgentConfig settings) {
        Path logs = surroundings.directory().resolve(settings.get(Settings.LOG_DIR));
        try {
            return Files.createDirectories(logs);
        } catch (IOException unwritable) {
            throw CommandFailure.wrongUsage("LOG_DIR = \"" + logs + "\" cannot be created (" + unwritable
                    + "). It must be a directory that can be written; for example LOG_DIR="
                    + Settings.LOG_DIR.example());
        }
    }

    private static void print(AgentConfig settings, PrintWriter out) {
        Table table = new Table("Setting", "Value", "From");
        settings.shown().forEach(entry -> table.row(entry.setting().name(), entry.text(), entry.source()));
        table.lines().forEach(out::println);
        settings.warnings().forEach(warning -> out.println("Warning: " + warning));
        out.flush();
    }

    private static void banner(AgentConfig settings, Agent agent, Path logs, PrintWriter out) {
        String instanceId = instanceId(agent);
        boolean both = settings.get(Settings.BIDIRECTIONAL_SYNC_ENABLED);
        String local = settings.get(Settings.MONGODB_URI).masked() + " (" + settings.localDatabase() + ")";
        String hub = settings.get(Settings.MONGODB_ATLAS_URI).masked() + " (" + settings.hubDatabase() + ")";
        String mode = both ? "bidirectional" : "Local -> Atlas only (BIDIRECTIONAL_SYNC_ENABLED=false)";
        out.println("Tandem " + TandemVersion.current());
        out.println("  Instance ID  " + instanceId);
        out.println("  Local        " + local);
        out.println("  Atlas        " + hub);
        out.println("  Mode         " + mode);
        out.println("  Dashboard    " + agent.url() + "/");
        out.println("  Logs         " + logs.toAbsolutePath());
        out.flush();
        log().info(
                        "Tandem {} started: Instance ID {}, local {}, Atlas {}, {}, {}",
                        TandemVersion.current(),
                        instanceId,
                        local,
                        hub,
                        mode,
                        agent.url());
    }

    private static String instanceId(Agent agent) {
        long end = System.nanoTime() + NAME_WAIT.toNanos();
        String id = agent.service().health().instanceId();
        CountDownLatch pause = new CountDownLatch(1);
        while (id.isEmpty() && System.nanoTime() < end) {
            try {
                pause.await(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                break;
            }
            id = agent.service().health().instanceId();
        }
        return id.isEmpty()
                ? "not known yet (another agent of this device is active, or the local database has not answered)"
                : id;
    }

    /** Only when there is something to log: an object of this class is made for every command, and to start logging takes time. */
    private static Logger log() {
        return LoggerFactory.getLogger(ServeCommand.class);
    }
}
