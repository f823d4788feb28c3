package io.tandem.engine.run;

import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of a loop, each on a thread of its own, until it is closed. Started when created; closed once.
 *
 * <p>A step that throws something unexpected is logged and called again after a pause: one broken activity must not end the
 * others silently.
 */
public final class StepThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StepThreads.class);
    /** The pause of an activity that has just found nothing to do; it doubles up to the longest one. */
    private static final long PAUSE_FIRST_MILLIS = 5;

    private static final long PAUSE_LONGEST_MILLIS = 150;
    /** The longest pause of an activity that knows when it is due: so long it takes to notice that its agent became the active one. */
    private static final long REST_LONGEST_MILLIS = 1000;
    /** Workers are woken by new keys, so this only bounds how long they take to notice that they are to end. */
    private static final long WORKER_PAUSE_MILLIS = 500;

    private static final long BROKEN_MILLIS = 1000;

    private final SyncLoop loop;
    private final Ticker ticker;
    private final Duration patience;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    /**
     * @param patience how long {@link #close()} waits for the steps to end
     */
    public StepThreads(SyncLoop loop, Ticker ticker, Duration patience) {
        this.loop = loop;
        this.ticker = ticker;
        this.patience = patience;
        for (Step step : loop.steps()) {
            Thread thread = new Thread(() -> drive(step), "tandem-" + step.name());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void drive(Step step) {
        long pauseMillis = PAUSE_FIRST_MILLIS;
        while (!closing) {
            try {
                if (step instanceof Reconciler && !loop.awaitWork(WORKER_PAUSE_MILLIS)) {
                    continue;
                }
                if (step.run()) {
                    pauseMillis = PAUSE_FIRST_MILLIS;
                    breathe(step);
                } else if (!closing) {
                    idle(step, pauseMillis);
                    pauseMillis = Math.min(PAUSE_LONGEST_MILLIS, 2 * pauseMillis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                // An error, for lack of memory perhaps, must not end an activity either: nobody would see that it is
                // gone.
                LOG.error("The activity {} failed unexpectedly and goes on", step.name(), e);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BROKEN_MILLIS));
            }
        }
    }

    private static void breathe(Step step) {
        long nanos = step.breathNanos();
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private static void idle(Step step, long pauseMillis) {
        long longest = TimeUnit.MILLISECONDS.toNanos(REST_LONGEST_MILLIS);
        LockSupport.parkNanos(
                Math.max(TimeUnit.MILLISECONDS.toNanos(pauseMillis), Math.min(longest, step.restNanos())));
    }

    /** Asks all steps to end after what they are doing, and waits for that. */
    @Override
    public void close() {
        closing = true;
        threads.forEach(LockSupport::unpark);
        long end = ticker.nanos() + patience.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - ticker.nanos())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (thread.isAlive()) {
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
