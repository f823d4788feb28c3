package io.tandem.demo.architecture.bad.cycle.engine.watch;

/** Depends on its user. */
public final class First {

    private final Class<?> next = io.tandem.demo.architecture.bad.cycle.engine.dirty.Second.class;

    Class<?> next() {
        return next;
    }
}
