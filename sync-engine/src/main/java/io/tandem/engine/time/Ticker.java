package io.tandem.engine.time;

/** Where the engine gets time from. Thread-safe. */
public interface Ticker {
    /** The agent's wall clock, milliseconds since the epoch; may jump. */
    long millis();

    /** A clock that never goes back, nanoseconds from an arbitrary start. */
    long nanos();

    /** The machine's clocks. */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long millis() {
                return System.currentTimeMillis();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}
