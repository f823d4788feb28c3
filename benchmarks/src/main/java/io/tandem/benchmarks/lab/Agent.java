package io.tandem.benchmarks.lab;

import io.tandem.engine.SyncEngine;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus.State;

/** A running engine. Used by one thread. */
public final class Agent implements AutoCloseable {
    private final SyncEngine engine;

    Agent(SyncEngine engine) {
        this.engine = engine;
    }

    /** Starts it; returns at once. */
    public Agent start() {
        engine.start();
        return this;
    }

    public SyncEngine engine() {
        return engine;
    }

    /** Waits until both feeds are open and nothing is left to do. */
    public Agent awaitQuiet() {
        Waiting.until("an engine is in step", () -> isQuiet(engine.status()));
        return this;
    }

    private static boolean isQuiet(EngineStatus status) {
        return status.atlasFeed().state() == State.CONNECTED
                && status.localFeed().state() == State.CONNECTED
                && status.resync().isEmpty()
                && status.queueSize() == 0;
    }

    @Override
    public void close() {
        engine.close();
    }
}
