package io.tandem.engine.fake;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import java.util.ArrayList;
import java.util.List;

/** Counts the points at which something can go wrong and lets it go wrong at one of them. Used by one thread. */
public final class Faults {
    private static final int NEVER = -1;

    private final List<String> passed = new ArrayList<>();
    private int failAt = NEVER;
    private boolean down;

    /** Fails at that point, counted from zero and from now, and at no later one. */
    public void failAt(int point) {
        passed.clear();
        failAt = point;
    }

    /** Fails at every point until {@link #heal}. */
    public void breakDown() {
        down = true;
    }

    /** Never fails again. */
    public void heal() {
        failAt = NEVER;
        down = false;
    }

    /** Names of the points passed since {@link #failAt}. */
    public List<String> passed() {
        return List.copyOf(passed);
    }

    /** A point at which it may fail. */
    public void point(String name) {
        passed.add(name);
        if (down || passed.size() - 1 == failAt) {
            throw new SyncException(FaultCode.LOCAL_UNREACHABLE, "the fault switch is on at " + name);
        }
    }
}
