package io.tandem.engine.time;

import io.tandem.engine.model.Side;

/** Asks a server what time it is. Blocking; throws {@link io.tandem.engine.fault.SyncException} when it cannot be reached. */
public interface ClockProbe {
    /** One question and its answer. */
    Sample ask(Side side);

    /**
     * A server's clock against the agent's.
     *
     * @param serverMillis what the server said
     * @param agentMillis the agent's wall clock half-way between question and answer
     * @param roundTripNanos from question to answer
     */
    record Sample(long serverMillis, long agentMillis, long roundTripNanos) {}
}
