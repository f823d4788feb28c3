package io.tandem.engine.mongo;

import com.mongodb.MongoInterruptedException;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner.Pages;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pages of which the next one is fetched while the caller works on the one before. Used by one thread. Never more than one page is on
 * its way, and none where a page may be large: the first one, of which nothing is known, and those that the source says so of.
 */
final class ReadAhead<T> implements Pages<T> {
    /** Two ranges at a time, each of two sides and the base states. */
    private static final int THREADS = 6;

    private static final int IDLE_SECONDS = 5;

    private final Source<T> source;
    private final Side side;
    private final Executor threads;
    private @Nullable CompletableFuture<List<T>> coming;

    /** Where the pages come from. Used by one thread at a time. */
    interface Source<T> extends Pages<T> {
        /** Whether the next page is surely small. */
        boolean isNextSmall();
    }

    /** Threads to fetch with; without work they end soon. */
    static ExecutorService newThreads() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "tandem-read-ahead-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    ReadAhead(Source<T> source, Side side, Executor threads) {
        this.source = source;
        this.side = side;
        this.threads = threads;
    }

    @Override
    public List<T> next() {
        CompletableFuture<List<T>> fetched = coming;
        coming = null;
        List<T> page = fetched == null ? source.next() : await(fetched);
        if (!page.isEmpty() && source.isNextSmall()) {
            coming = fetch();
        }
        return page;
    }

    private @Nullable CompletableFuture<List<T>> fetch() {
        try {
            return CompletableFuture.supplyAsync(source::next, threads);
        } catch (RejectedExecutionException closed) {
            return null; // reading in the caller's thread will say that the connection was closed
        }
    }

    private List<T> await(CompletableFuture<List<T>> page) {
        try {
            return page.get();
        } catch (InterruptedException e) {
            coming = page; // to be closed after it
            throw DriverFaults.translate(
                    side, "scan", new MongoInterruptedException("Interrupted while a page was read", e));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a page cannot fail with a checked exception", e.getCause());
        }
    }

    /** Does not wait for a page that is on its way; the source is closed when that has come. */
    @Override
    public void close() {
        CompletableFuture<List<T>> fetched = coming;
        coming = null;
        if (fetched == null) {
            source.close();
        } else {
            CompletableFuture<List<T>> unused = fetched.whenComplete((page, failure) -> source.close());
        }
    }
}
