package io.tandem.embedded;

import io.tandem.embedded.command.Server;
import io.tandem.embedded.command.TtlSweeper;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server does on its own from time to time. Started and stopped by its owner. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Server server;
    private final Duration ttlSweep;
    private @Nullable ScheduledExecutorService executor;

    Housekeeping(Server server, Duration ttlSweep) {
        this.server = server;
        this.ttlSweep = ttlSweep;
    }

    void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "embedded-mongo-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        TtlSweeper sweeper = new TtlSweeper(server);
        long sweepMillis = ttlSweep.toMillis();
        // failures are logged by the tasks themselves
        var unused = started.scheduleWithFixedDelay(
                logged("ttl", sweeper::sweep), sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
        var unusedTidy = started.scheduleWithFixedDelay(logged("tidy", server::tidy), 1, 1, TimeUnit.SECONDS);
        executor = started;
    }

    private static Runnable logged(String task, Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error(
                        "housekeeping failed, task={}, reason={}",
                        task,
                        e.getClass().getName());
            }
        };
    }

    void stop() {
        ScheduledExecutorService running = executor;
        if (running != null) {
            executor = null;
            running.shutdownNow();
        }
    }
}
