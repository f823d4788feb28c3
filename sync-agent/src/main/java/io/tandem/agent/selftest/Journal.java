package io.tandem.agent.selftest;

/** Hears how a selftest goes, as it goes. Called from one thread. What failed must be heard; the rest may be ignored. */
public interface Journal {

    /** A suite begins. */
    default void suite(String name, String purpose) {}

    /** A check held. */
    default void passed(String line) {}

    /** A check did not hold, which ends the suite. */
    void failed(String line, String reason);

    /** Something to read that is neither: a measured value, a row of a live table. */
    default void note(String line) {}
}
