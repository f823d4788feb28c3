package io.tandem.engine.model;

/** One of the two databases that an engine keeps in step. */
public enum Side {
    /** The device's own database. */
    LOCAL,
    /** The shared database that all devices meet in. */
    HUB;

    public Side other() {
        return this == LOCAL ? HUB : LOCAL;
    }
}
