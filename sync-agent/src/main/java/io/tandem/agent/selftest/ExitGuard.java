package io.tandem.agent.selftest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a process that is told to stop (Ctrl-C) end only after the thread that made this has cleaned up.
 *
 * <p>That thread is interrupted and does it itself, since it would go on writing otherwise. One thread, beside the one of the process's end.
 */
final class ExitGuard {

    private static final long CLEANING_SECONDS_MAX = 30;

    private final Journal journal;
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private final Thread owner = Thread.currentThread();
    private final Thread atExit = new Thread(this::stop, "tandem-selftest-cleanup");

    ExitGuard(Journal journal) {
        this.journal = journal;
    }

    /** From now on the end of the process waits for {@link #release}. */
    void watch() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Cleans up, also when this thread was interrupted, and lets the process end. */
    void release(Runnable cleaning) {
        boolean interrupted = Thread.interrupted(); // the driver would not do anything for an interrupted thread
        try {
            forgetHook();
            cleaning.run();
        } finally {
            cleaned.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException stopping) {
            journal.note("stopped; cleaning up"); // the process is stopping already, and waits for this
        }
    }

    private void stop() {
        owner.interrupt();
        try {
            if (!cleaned.await(CLEANING_SECONDS_MAX, TimeUnit.SECONDS)) {
                journal.note("not everything could be cleaned up; the first selftest six hours later does it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
