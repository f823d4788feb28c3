package io.tandem.simulation.fiber;

/** Unwinds an activity whose process was killed. Not an exception, so that nobody handles it. */
public final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("killed", null, false, false);
    }
}
