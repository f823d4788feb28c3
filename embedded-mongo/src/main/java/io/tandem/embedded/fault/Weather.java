package io.tandem.embedded.fault;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** The conditions in force, and the place where the threads of a proxy wait for them to change. Any thread. */
final class Weather {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Conditions now = Conditions.GOOD; // guarded by lock

    void change(UnaryOperator<Conditions> change) {
        lock.lock();
        try {
            now = change.apply(now);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Conditions now() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the message that arrived at the given time may go on, under whatever conditions come meanwhile.
     *
     * @param arrivedNanos {@link System#nanoTime()} of the arrival
     */
    void awaitPassage(long arrivedNanos) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                if (now.stalled()) {
                    changed.await();
                    continue;
                }
                long left = arrivedNanos + now.delayNanos() - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                long unused = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the time that this many bytes take at the speed in force, whenever that changes. */
    void awaitTransmission(int bytes) throws InterruptedException {
        lock.lock();
        try {
            long started = System.nanoTime();
            while (now.bytesPerSecond() > 0) {
                long left = started + TimeUnit.SECONDS.toNanos(bytes) / now.bytesPerSecond() - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                long unused = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
