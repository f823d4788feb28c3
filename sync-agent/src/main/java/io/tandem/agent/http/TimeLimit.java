package io.tandem.agent.http;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Gives up on work that takes too long, so that a database that hangs does not hang its callers. Any thread. */
final class TimeLimit implements AutoCloseable {
    /** Calls that work at the same time; more are asked to come back. */
    static final int THREADS_MAX = 32;

    private final Duration limit;
    private final ExecutorService workers;

    TimeLimit(Duration limit) {
        this.limit = limit;
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(0, THREADS_MAX, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "tandem-call-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @throws Refusal 503 when it takes too long or too many work already */
    <T> T call(Supplier<T> work) {
        Future<T> result;
        try {
            result = workers.submit(work::get);
        } catch (RejectedExecutionException full) {
            throw Refusal.of(503, "Too many calls at the same time. Try again.", java.util.Map.of("Retry-After", "1"));
        }
        try {
            return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            result.cancel(true);
            throw Refusal.of(
                    503,
                    "No answer within " + limit.toSeconds() + " seconds; a database is slow or away. Try again.",
                    java.util.Map.of("Retry-After", "5"));
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failed);
        } catch (InterruptedException | CancellationException stopping) {
            Thread.currentThread().interrupt();
            throw Refusal.of(503, "The agent is stopping.");
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
