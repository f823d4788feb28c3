package io.tandem.simulation.fiber;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A discrete-event schedule of fibers and events in virtual time. Used by one thread, which calls {@link #run}; fibers run on
 * pooled threads, one at a time.
 *
 * <p>There is no scheduling thread: whoever holds the baton and has to wait takes the next entry from the queue itself, runs
 * events on the spot and hands the baton to the next fiber, which is often himself. So most operations cost no change of
 * threads, and none costs more than one.
 *
 * <p>Time is in microseconds. Entries of one moment run in the order in which they were made; chance comes only from the
 * delays that callers draw.
 */
public final class Fibers {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fiber-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private record Entry(
            long at,
            long order,
            @Nullable Fiber fiber,
            @Nullable Runnable event) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private final Fiber main = new Fiber("main");
    private final List<Fiber> fibers = new ArrayList<>();
    private @Nullable Fiber current;
    private @Nullable Throwable failure;
    private long order;
    private long now;
    private long switches;
    private boolean over;

    /** Virtual time since the start, microseconds. */
    public long micros() {
        return now;
    }

    /** How many entries were carried out. */
    public long switches() {
        return switches;
    }

    /** Ends the run after the current entry. */
    public void stop() {
        over = true;
    }

    /** Lets something happen after a delay. It must not wait. */
    public void after(long delayMicros, Runnable event) {
        queue.add(new Entry(now + delayMicros, order++, null, event));
    }

    /** Starts an activity after a delay. */
    public Fiber start(String name, long delayMicros, Runnable body) {
        Fiber fiber = new Fiber(name);
        fibers.add(fiber);
        THREADS.execute(() -> live(fiber, body));
        queue.add(new Entry(now + delayMicros, order++, fiber, null));
        return fiber;
    }

    private void live(Fiber fiber, Runnable body) {
        fiber.bind(Thread.currentThread());
        fiber.await();
        try {
            fiber.check();
            body.run();
        } catch (Killed e) {
            // the end of a killed activity, as intended
        } catch (Throwable e) {
            fail(e);
        }
        fiber.finish();
        next().pass();
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        over = true;
    }

    /** The fiber that holds the baton. */
    public Fiber current() {
        if (current == null) {
            throw new IllegalStateException("no fiber is running");
        }
        return current;
    }

    /** Whether the caller is within a fiber. */
    public boolean inFiber() {
        return current != null && current != main;
    }

    /**
     * Lets everything else that is due before then happen.
     *
     * @throws Killed when the calling fiber was killed meanwhile
     */
    public void sleep(long delayMicros) {
        Fiber self = current();
        self.check();
        queue.add(new Entry(now + delayMicros, order++, self, null));
        Fiber next = next();
        if (next != self) {
            next.pass();
            self.await();
        }
        self.check();
    }

    /** Takes entries until one is a fiber's turn; the main fiber's when the run is over. */
    private Fiber next() {
        while (!over) {
            Entry entry = queue.poll();
            if (entry == null) {
                break;
            }
            now = Math.max(now, entry.at());
            switches++;
            if (entry.event() != null) {
                try {
                    entry.event().run();
                } catch (Throwable e) {
                    fail(e);
                }
            } else if (entry.fiber() != null && !entry.fiber().isFinished()) {
                current = entry.fiber();
                return entry.fiber();
            }
        }
        current = main;
        return main;
    }

    /** Runs until {@link #stop()} is called or nothing is left to do, then unwinds all fibers. */
    public void run() {
        main.bind(Thread.currentThread());
        transfer(next());
        for (Fiber fiber : fibers) {
            fiber.kill();
            while (!fiber.isFinished()) {
                current = fiber;
                transfer(fiber);
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void transfer(Fiber next) {
        if (next != main) {
            next.pass();
            main.await();
        }
    }
}
