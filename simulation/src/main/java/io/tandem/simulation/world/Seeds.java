package io.tandem.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds on as many threads as there are processors. Each run stays on its own. */
public final class Seeds {
    private Seeds() {}

    /**
     * What many runs came to.
     *
     * @param runs how many came to their end
     * @param operations of all of them
     * @param engineWrites of all of them
     * @param failures the first ones, by seed
     */
    public record Summary(long runs, long operations, long engineWrites, List<Run.Failure> failures) {}

    /**
     * Runs seeds until all are done or so many have failed.
     *
     * @param first the first seed
     * @param count how many
     * @param failuresMax stops after as many
     */
    public static Summary run(long first, long count, int failuresMax, Engine.Factory engines, Sabotage sabotage) {
        AtomicLong next = new AtomicLong(first);
        AtomicLong runs = new AtomicLong();
        AtomicLong operations = new AtomicLong();
        AtomicLong writes = new AtomicLong();
        ConcurrentLinkedQueue<Run.Failure> failures = new ConcurrentLinkedQueue<>();
        int lanes = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(lanes);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int lane = 0; lane < lanes; lane++) {
                done.add(executor.submit(() -> {
                    for (long seed = next.getAndIncrement();
                            seed < first + count && failures.size() < failuresMax;
                            seed = next.getAndIncrement()) {
                        try {
                            Run.Result result = Run.of(seed, engines, sabotage, false);
                            runs.incrementAndGet();
                            operations.addAndGet(result.operations());
                            writes.addAndGet(result.engineWrites());
                        } catch (Run.Failure e) {
                            failures.add(e);
                        }
                    }
                }));
            }
            for (Future<?> lane : done) {
                lane.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two seeds", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("a run broke the simulation itself", e.getCause());
        } finally {
            executor.shutdownNow();
        }
        List<Run.Failure> sorted = new ArrayList<>(failures);
        sorted.sort(java.util.Comparator.comparingLong(Run.Failure::seed));
        return new Summary(runs.get(), operations.get(), writes.get(), sorted);
    }

    /** The first seed at which a broken engine is found out; empty when it never is. */
    public static Optional<Run.Failure> firstFailure(
            long first, long count, Engine.Factory engines, Sabotage sabotage) {
        return run(first, count, 1, engines, sabotage).failures().stream().findFirst();
    }
}
