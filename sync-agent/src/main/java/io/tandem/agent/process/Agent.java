package io.tandem.agent.process;

import io.tandem.agent.alerts.Alerts;
import io.tandem.agent.alerts.Webhook;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import io.tandem.agent.http.EventHub;
import io.tandem.agent.http.Sources;
import io.tandem.agent.http.Tls;
import io.tandem.agent.http.Web;
import io.tandem.agent.logging.ActivityLog;
import io.tandem.agent.metrics.History;
import io.tandem.agent.metrics.PrometheusMetrics;
import io.tandem.agent.security.AuditLog;
import io.tandem.agent.service.SyncService;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: syncing, HTTP, metrics, alerts. Built by {@link #start}, closed once; any thread may close it.
 *
 * <p>Logging is the caller's: {@code tandem serve} writes files, an agent inside another program writes where that program does.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    /** Service managers are told that a stop takes ten seconds; the rest is for the process to end. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(9);

    private static final Duration CHANGES_PAUSE = Duration.ofMillis(200);

    private final SyncService service;
    private final Sources sources;
    private final Web web;
    private final History history;
    private final Alerts alerts;
    private final PrometheusMetrics prometheus;
    private final ActivityLog activityLog;
    private final EventHub events;
    private final Clock clock;
    private final Optional<Tls> tls;
    private final ScheduledExecutorService ticker;
    private final List<ScheduledFuture<?>> ticks = new ArrayList<>();
    private final Deque<AutoCloseable> parts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean idShown = new AtomicBoolean();

    private Agent(Starting starting, Web web, Optional<Tls> tls) {
        this.service = starting.service;
        this.sources = starting.sources;
        this.history = starting.history;
        this.alerts = starting.alerts;
        this.prometheus = starting.prometheus;
        this.activityLog = starting.activityLog;
        this.events = starting.events;
        this.clock = starting.clock;
        this.parts = starting.parts;
        this.web = web;
        this.tls = tls;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tandem-ticker");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The parts while they are put together; whatever was made is closed when a later one fails. */
    private static final class Starting {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();
        private final Clock clock;
        private final SyncService service;
        private final AuditLog audit;
        private final Alerts alerts;
        private final History history = new History();
        private final ActivityLog activityLog = new ActivityLog();
        private final EventHub events = new EventHub();
        private final PrometheusMetrics prometheus;
        private final Sources sources;

        Starting(AgentConfig config, SyncService service, Path logDirectory, String version, Clock clock) {
            this.clock = clock;
            this.service = service;
            this.audit = AuditLog.open(logDirectory, config.masking());
            parts.push(audit);
            this.alerts = new Alerts(config.get(Settings.CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS));
            this.prometheus = new PrometheusMetrics(
                    version, service.ownHealth(), service.metrics(), alerts.rules(), alerts::isRaised);
            parts.push(prometheus);
            this.sources = new Sources(
                    config,
                    service,
                    history,
                    alerts,
                    audit,
                    events,
                    prometheus::scrape,
                    version,
                    clock,
                    clock.instant());
            listen(config);
        }

        private void listen(AgentConfig config) {
            service.addConcern(alerts::concerns);
            service.addListener(activityLog);
            service.addListener(events);
            service.measureWith(prometheus.commands(), prometheus.pools());
            alerts.addListener(activityLog::alerted);
            alerts.addListener(events::alerted);
            config.get(Settings.ALERT_WEBHOOK_URL).ifPresent(address -> {
                Webhook webhook = new Webhook(
                        address,
                        config.get(Settings.ALERT_WEBHOOK_SECRET),
                        () -> service.ownHealth().instanceId(),
                        clock);
                parts.push(webhook);
                alerts.addListener(webhook::send);
            });
        }

        void closeAll() {
            closeParts(parts);
        }
    }

    /**
     * Starts syncing and listening.
     *
     * @param service not started yet; closed together with the agent, or when the start fails
     * @param logDirectory where the audit log is written
     * @throws io.tandem.agent.http.WebServer.CannotListen when the port is taken or not allowed
     * @throws IllegalArgumentException when the certificate is not usable
     */
    public static Agent start(AgentConfig config, SyncService service, Path logDirectory, String version, Clock clock) {
        return start(config, service, logDirectory, version, clock, () -> {});
    }

    /**
     * As above; {@code beforeSyncing} is called when HTTP is served already and syncing has not begun. What it throws ends the start.
     */
    public static Agent start(
            AgentConfig config,
            SyncService service,
            Path logDirectory,
            String version,
            Clock clock,
            Runnable beforeSyncing) {
        Starting starting = null;
        try {
            Optional<Tls> tls = config.get(Settings.TLS_CERT)
                    .flatMap(certificate ->
                            config.get(Settings.TLS_KEY).map(key -> Tls.load(Path.of(certificate), Path.of(key))));
            starting = new Starting(config, service, logDirectory, version, clock);
            Web web = Web.start(starting.sources, starting.prometheus::answered, tls);
            starting.parts.push(web);
            beforeSyncing.run();
            Agent agent = new Agent(starting, web, tls);
            service.start();
            agent.tick();
            return agent;
        } catch (RuntimeException failed) {
            if (starting != null) {
                starting.closeAll();
            }
            service.close();
            throw failed;
        }
    }

    private void tick() {
        every(Duration.ofSeconds(1), this::everySecond);
        every(CHANGES_PAUSE, events::flushChanges);
        // Not at once: it is not needed for a start, and a start is in a hurry.
        ticks.add(ticker.schedule(() -> guarded(IdleMemory::giveBack), 10, TimeUnit.SECONDS));
        tls.ifPresent(certificate -> every(Duration.ofMinutes(1), certificate::reloadIfChanged));
    }

    private void every(Duration pause, Runnable task) {
        ticks.add(ticker.scheduleAtFixedRate(() -> guarded(task), 0, pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failed) {
            // The next time is tried again: a ticker that dies silently would freeze alerts and charts.
            LOG.error("The look of this second failed", failed);
        }
    }

    private void everySecond() {
        SyncService.Reading reading = service.read();
        HealthView own = reading.ownHealth();
        MetricsView metrics = reading.metrics();
        alerts.look(own, metrics, clock.instant());
        HealthView health = reading.health();
        prometheus.record(health, metrics);
        history.record(health, metrics, clock.instant());
        events.status(sources::status);
        activityLog.everySecond();
        if (!own.instanceId().isEmpty() && idShown.compareAndSet(false, true)) {
            LOG.info("Instance ID: {}", own.instanceId());
        }
    }

    /** Where a browser on this machine finds it. */
    public String url() {
        return web.url();
    }

    public int port() {
        return web.port();
    }

    /** Syncing, for programs that run an agent inside. */
    public SyncService service() {
        return service;
    }

    /**
     * Finishes the batch, saves positions, releases the lease. Idempotent; takes at most ten seconds, also when a database hangs: then the
     * rest is left to the next start, as after a power failure.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ticks.forEach(tick -> tick.cancel(false));
        ticker.shutdownNow();
        Thread closing = new Thread(this::closeAll, "tandem-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.warn(
                    "Not everything was given back within {} s, since a database does not answer: the lease runs out by itself,"
                            + " and the next start goes on from the positions saved last",
                    CLOSE_MAX.toSeconds());
        }
    }

    private void closeAll() {
        closeParts(parts);
        try {
            service.close();
        } catch (RuntimeException failed) {
            LOG.error("Syncing did not stop cleanly; the next start recovers from where it was", failed);
        }
    }

    /** Last made, first closed. */
    private static void closeParts(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) { // AutoCloseable declares no narrower type
                LOG.error("Cannot stop {}", part.getClass().getSimpleName(), failed);
            }
        }
    }
}
