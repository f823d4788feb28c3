package io.tandem.demo.architecture.bad.cycle.engine.dirty;

/** Depends on what uses it. */
public final class Second {

    private final Class<?> next = io.tandem.demo.architecture.bad.cycle.engine.watch.First.class;

    Class<?> next() {
        return next;
    }
}
