package io.tandem.embedded.store;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets one writer in at a time: a statement, or a transaction from its first command to its end. Any thread. */
public final class WriteGate {
    private final Semaphore permit = new Semaphore(1);
    private final Runnable afterwards;

    /**
     * An open gate.
     *
     * @param afterwards what to do each time when a writer has left
     */
    public WriteGate(Runnable afterwards) {
        this.afterwards = afterwards;
    }

    /** Enters, waiting as long as it takes. */
    public void enter() {
        permit.acquireUninterruptibly();
    }

    /** Enters if that is possible in time. */
    public boolean enter(long timeoutMillis) throws InterruptedException {
        return permit.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** Leaves; not necessarily from the thread that entered. */
    public void leave() {
        permit.release();
        afterwards.run();
    }
}
