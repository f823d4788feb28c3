package io.tandem.embedded.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The faults in force. Any thread. */
public final class FaultPlan {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Armed> armed = new ArrayList<>();
    private Duration latency = Duration.ZERO;
    private boolean frozen;

    /** A failing command and how often it still skips and fails. */
    private static final class Armed {
        final FailCommand fail;
        int skip;
        int times;

        Armed(FailCommand fail) {
            this.fail = fail;
            this.skip = fail.skip();
            this.times = fail.times();
        }
    }

    public void addLatency(Duration more) {
        lock.lock();
        try {
            latency = latency.plus(more);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void setFrozen(boolean nowFrozen) {
        lock.lock();
        try {
            frozen = nowFrozen;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void fail(FailCommand fail) {
        lock.lock();
        try {
            armed.add(new Armed(fail));
        } finally {
            lock.unlock();
        }
    }

    public void reset() {
        lock.lock();
        try {
            armed.clear();
            latency = Duration.ZERO;
            frozen = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Holds a command back for the latency and while the server is frozen. */
    public void delay() throws InterruptedException {
        lock.lock();
        try {
            long end = System.nanoTime() + latency.toNanos();
            while (frozen || System.nanoTime() < end) {
                if (frozen) {
                    changed.await();
                } else {
                    changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
                if (latency.isZero()) {
                    end = System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether this command is to fail, and how; counts it. */
    public @Nullable FailCommand next(String command) {
        lock.lock();
        try {
            for (int i = 0; i < armed.size(); i++) {
                Armed each = armed.get(i);
                if (each.fail.commands().contains(command)) {
                    if (each.skip > 0) {
                        each.skip--;
                        continue;
                    }
                    if (--each.times == 0) {
                        armed.remove(i);
                    }
                    return each.fail;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }
}
