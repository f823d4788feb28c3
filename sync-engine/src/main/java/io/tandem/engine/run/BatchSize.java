package io.tandem.engine.run;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.KeyStates;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many keys are worked on together: the configured number, up to four times as many of a backlog, and fewer where documents are
 * large, so that memory stays bounded whatever they are. It shrinks at once and grows slowly. Of very large documents only one worker
 * has some at a time. Thread-safe.
 */
final class BatchSize {
    /** What the documents of one side of a batch may need. */
    private static final long BYTES = 4L * 1024 * 1024;
    /** From this average on a worker works alone: each document exists several times while it is carried over. */
    private static final long HEAVY_BYTES = 1024 * 1024;

    private static final long WAIT_MILLIS = 100;
    private static final int GROWTH = 4;
    /** How many times as many keys of a backlog go together: over a slow network the wait for answers decides how fast it shrinks. */
    private static final int BACKLOG_FACTOR = 4;
    /** Keys of one statement, and of one batch. */
    private static final int KEYS_MAX = 1000;

    private static final int FRUGAL_BATCHES = 50;

    private final int keysMax;
    private final int backlogMax;
    private final int workers;
    private final AtomicInteger frugal = new AtomicInteger();
    private final Semaphore alone = new Semaphore(1);
    private volatile int keys;
    private volatile boolean heavy;

    BatchSize(int keysMax, int workers) {
        this.workers = workers;
        this.keysMax = keysMax;
        this.backlogMax = Math.min(KEYS_MAX, BACKLOG_FACTOR * keysMax);
        this.keys = keysMax;
    }

    /** How many keys are enough to begin with. */
    int keys() {
        return Math.min(keysMax, keys);
    }

    /** How many keys to take next: of a backlog as many as there are for each worker. */
    int keys(int backlog) {
        return Math.max(keys(), Math.min(keys, backlog / workers));
    }

    /** What the caller has to run when its work has ended; empty when it may not work now. Waits a moment at most. */
    Optional<Runnable> begin() {
        if (!heavy) {
            return Optional.of(() -> {});
        }
        try {
            return alone.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)
                    ? Optional.of(alone::release)
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** A batch was read. */
    void learn(List<KeyStates> states) {
        if (states.isEmpty() || frugal.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return;
        }
        long bytes = 0;
        for (KeyStates state : states) {
            bytes += state.local().map(Doc::size).orElse(0);
            bytes += state.hub().doc().map(Doc::size).orElse(0);
        }
        learn(bytes / states.size());
    }

    /** The memory did not suffice: whatever the documents are, one worker at a time takes one key, until many went well. */
    void starve() {
        frugal.set(FRUGAL_BATCHES);
        learn(BYTES);
    }

    /** A batch was given up because its documents are that large, on average. */
    void learn(long bytesPerKey) {
        long fitting = BYTES / Math.max(1, bytesPerKey);
        keys = (int) Math.max(1, Math.min(Math.min(backlogMax, (long) GROWTH * keys), fitting));
        heavy = bytesPerKey >= HEAVY_BYTES;
    }
}
