package io.tandem.engine.dirty;

/** What a key's discoverer wants to be told: that the key was reconciled, or is durably known to be dirty. Thread-safe. */
public interface Ticket {
    /** Idempotent. */
    void settle();

    /** Tickets of one source are given out in order, so the first of them stands for all later ones of the same key. */
    Object source();
}
