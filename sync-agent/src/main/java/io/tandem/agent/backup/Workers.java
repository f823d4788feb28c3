package io.tandem.agent.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks side by side and gives up all of them when one fails. */
final class Workers {

    private static final int STOP_SECONDS = 20;

    private Workers() {}

    /**
     * The results of all tasks, in no particular order. Blocks until they are done; when one fails or the caller is interrupted, until the
     * others have noticed their own interrupt, at most {@value #STOP_SECONDS} seconds.
     *
     * @param threads how many run at once, at least 1
     * @throws IOException the first failure of that kind; unchecked failures pass through
     */
    static <T> List<T> runAll(String name, int threads, List<Callable<T>> tasks) throws IOException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(
                threads, task -> new Thread(task, "tandem-" + name + "-" + number.incrementAndGet()));
        try {
            CompletionService<T> done = new ExecutorCompletionService<>(executor);
            tasks.forEach(done::submit);
            List<T> results = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                results.add(done.take().get());
            }
            return results;
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted.", interrupted);
        } finally {
            executor.shutdownNow();
            awaitEnd(executor);
        }
    }

    /** So that nothing is written any more when the caller cleans up. An interrupt of the caller is kept for it. */
    private static void awaitEnd(ExecutorService executor) {
        boolean interrupted = Thread.interrupted();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new BackupException("A worker did not stop within " + STOP_SECONDS + " s.");
            }
        } catch (InterruptedException again) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException rethrown(ExecutionException failed) throws IOException {
        Throwable cause = failed.getCause();
        if (cause instanceof UncheckedIOException wrapped) {
            throw new IOException(wrapped.getMessage(), wrapped);
        }
        if (cause instanceof IOException io) {
            throw io;
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }
}
