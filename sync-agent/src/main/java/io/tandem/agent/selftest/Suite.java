package io.tandem.agent.selftest;

/** One selftest. Stateless. */
interface Suite {

    /** Its name on the command line. */
    String name();

    /** What it shows, in one line. */
    String purpose();

    /** Runs; throws {@link SelftestFailure} at the first check that does not hold. */
    void run(Bench bench) throws InterruptedException;
}
