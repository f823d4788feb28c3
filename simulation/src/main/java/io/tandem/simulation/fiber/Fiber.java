package io.tandem.simulation.fiber;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One activity. It runs on a thread of its own, but only while it holds the baton of its {@link Fibers}. */
public final class Fiber {
    private final String name;
    private volatile @Nullable Thread thread;
    private volatile boolean baton;
    private volatile boolean finished;
    private boolean killed;

    Fiber(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Makes it unwind where it stands, before its next operation takes effect. Called by the baton's holder. */
    public void kill() {
        killed = true;
    }

    public boolean isKilled() {
        return killed;
    }

    /** Whether it has come to its end. */
    public boolean isFinished() {
        return finished;
    }

    /** @throws Killed if it was */
    public void check() {
        if (killed) {
            throw new Killed();
        }
    }

    void bind(Thread owner) {
        thread = owner;
    }

    void finish() {
        finished = true;
    }

    /** Gives it the baton. */
    void pass() {
        baton = true;
        LockSupport.unpark(thread);
    }

    /** Waits for the baton. */
    void await() {
        while (!baton) {
            LockSupport.park(this);
        }
        baton = false;
    }
}
