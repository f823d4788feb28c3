package io.tandem.agent.service;

import io.tandem.agent.view.ProgressView;
import io.tandem.agent.view.VerifyView;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one verification that may run at a time, in a thread of its own, and the result of the last one. Any thread.
 *
 * <pre>
 * none -> running -> done | cancelled | failed -> running -> ...
 * </pre>
 */
final class VerifyJob implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifyJob.class);
    private static final VerifyView NONE = new VerifyView(
            "none",
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    private static final long STOP_MILLIS = 3_000;

    private final SyncEngine engine;
    private final Clock clock;
    private final Object lock = new Object();

    /** Guarded by lock. */
    private VerifyView view = NONE;

    /** Guarded by lock; empty unless running. */
    private Optional<Thread> worker = Optional.empty();

    /** Guarded by lock: differences of each collection verified as a whole. */
    private final Map<String, Long> differences = new LinkedHashMap<>();

    VerifyJob(SyncEngine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    VerifyView view() {
        synchronized (lock) {
            return view;
        }
    }

    Optional<Long> differences(String collection) {
        synchronized (lock) {
            return Optional.ofNullable(differences.get(collection));
        }
    }

    VerifyView start(Optional<String> collection, double samplePercent, boolean repair) {
        synchronized (lock) {
            if (worker.isPresent()) {
                throw new ServiceException(
                        ServiceException.Kind.CONFLICT,
                        "A verification is running already. Wait for it, or cancel it first.");
            }
            VerifyRequest request = new VerifyRequest(
                    collection, samplePercent, repair, 20, progress -> report(Views.progress(progress)));
            view = new VerifyView(
                    "running",
                    repair,
                    Optional.of(clock.instant()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
            Thread thread = new Thread(() -> run(request), "tandem-verify");
            thread.setDaemon(true);
            worker = Optional.of(thread);
            thread.start();
            return view;
        }
    }

    /** Asks the running verification to stop; without one nothing happens. */
    VerifyView cancel() {
        synchronized (lock) {
            worker.ifPresent(Thread::interrupt);
            return view;
        }
    }

    @Override
    public void close() {
        Optional<Thread> running;
        synchronized (lock) {
            running = worker;
        }
        if (running.isPresent()) {
            running.get().interrupt();
            try {
                running.get().join(STOP_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(VerifyRequest request) {
        try {
            Verification result = engine.verify(request);
            finish(Thread.interrupted() ? "cancelled" : "done", Optional.of(result), Optional.empty(), request);
        } catch (RuntimeException failed) {
            boolean cancelled = Thread.interrupted() || failed.getCause() instanceof InterruptedException;
            if (!cancelled) {
                LOG.warn("The verification failed", failed);
            }
            finish(
                    cancelled ? "cancelled" : "failed",
                    Optional.empty(),
                    cancelled
                            ? Optional.empty()
                            : Optional.of(
                                    String.valueOf(EngineCalls.translate(failed).getMessage())),
                    request);
        }
    }

    private void report(ProgressView progress) {
        synchronized (lock) {
            view = new VerifyView(
                    "running",
                    view.repair(),
                    view.startedAt(),
                    Optional.empty(),
                    Optional.of(progress),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
        }
    }

    private void finish(String state, Optional<Verification> result, Optional<String> error, VerifyRequest request) {
        Instant now = clock.instant();
        synchronized (lock) {
            worker = Optional.empty();
            List<Verification.CollectionResult> results =
                    result.map(Verification::collections).orElse(List.of());
            if (request.samplePercent() == 100 && state.equals("done")) {
                results.forEach(one -> differences.put(
                        one.name(), one.different() + one.missingLocal() + one.missingHub() + one.pending()));
            }
            view = new VerifyView(
                    state,
                    view.repair(),
                    view.startedAt(),
                    Optional.of(now),
                    view.progress(),
                    state.equals("done") ? result.map(Verification::consistent) : Optional.empty(),
                    results.stream().map(Views::verified).toList(),
                    error);
        }
    }
}
