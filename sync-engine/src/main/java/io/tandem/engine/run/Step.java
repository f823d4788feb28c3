package io.tandem.engine.run;

/**
 * One of the engine's activities, cut into short pieces. In a service each step has a thread that calls it again and again;
 * in a simulation a scheduler decides which step runs next. A step is called by one thread at a time; different steps may run
 * at once.
 */
public interface Step {
    /** A word for thread names and traces. */
    String name();

    /**
     * Does one piece of work and returns. Blocks only inside ports.
     *
     * @return whether there was something to do; if not, the caller may pause before the next call
     */
    boolean run();

    /**
     * How long {@link #run} will surely have nothing to do, in nanoseconds; zero or less when that is not known. Asked by the thread that
     * called it, right after it had nothing to do.
     */
    default long restNanos() {
        return 0;
    }

    /**
     * How long to wait before the next call after {@link #run} had something to do, in nanoseconds; zero or less for not at all. Asked by
     * the thread that called it.
     */
    default long breathNanos() {
        return 0;
    }
}
