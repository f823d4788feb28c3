package io.tandem.engine.mongo;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A few threads that talk to servers beside the caller's own. Their tasks must not hand out tasks. Thread-safe. */
final class Workers implements AutoCloseable {
    /** Enough to hide round trips; more would only queue at the server. */
    private static final int THREADS = 6;

    private final ExecutorService threads;

    Workers() {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "tandem-io-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs all tasks, the first in the caller's thread, and waits for all of them; when the caller is interrupted, the others
     * are, too.
     *
     * @return the results in order
     * @throws RuntimeException the first failure, the others suppressed
     */
    <T> List<T> all(List<Supplier<T>> tasks) {
        if (tasks.size() == 1) {
            return List.of(tasks.get(0).get());
        }
        List<Future<T>> others = new ArrayList<>();
        for (Supplier<T> task : tasks.subList(Math.min(1, tasks.size()), tasks.size())) {
            Callable<T> call = task::get;
            try {
                others.add(threads.submit(call));
            } catch (RejectedExecutionException e) {
                throw new SyncException(FaultCode.HUB_UNREACHABLE, "The connection to the hub was closed.", e);
            }
        }
        List<T> results = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        if (!tasks.isEmpty()) {
            collect(() -> tasks.get(0).get(), results, failures);
        }
        for (Future<T> other : others) {
            collect(() -> await(other), results, failures);
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).filter(later -> later != first).forEach(first::addSuppressed);
            throw first;
        }
        return results;
    }

    /** The same for tasks without results. */
    void run(List<Runnable> tasks) {
        all(tasks.stream()
                .<Supplier<Boolean>>map(task -> () -> {
                    task.run();
                    return true;
                })
                .toList());
    }

    private static <T> void collect(Supplier<T> task, List<T> results, List<RuntimeException> failures) {
        try {
            results.add(task.get());
        } catch (RuntimeException failure) {
            failures.add(failure);
        }
    }

    private static <T> T await(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    future.cancel(true);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a supplier cannot throw a checked exception", e.getCause());
        } catch (CancellationException e) {
            throw new SyncException(
                    FaultCode.HUB_UNREACHABLE, "The thread was interrupted while it talked to the hub.", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
