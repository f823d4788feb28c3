package io.tandem.engine.run;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.Problem.Severity;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether the hub can be used: it answers, it is the right one, and its internal collections are prepared. Tries again for
 * ever. Thread-safe.
 */
final class HubLink implements Step {
    private static final Set<FaultCode> CLEARED_BY_CONTACT = EnumSet.of(
            FaultCode.HUB_UNREACHABLE, FaultCode.AUTHENTICATION_FAILED, FaultCode.NOT_AUTHORIZED, FaultCode.UNKNOWN);

    /** How long it takes at most, while the hub is up, to notice that it was lost and has to be met again. */
    private static final long LINKED_NANOS = 500_000_000L;

    private final Core core;
    private final Leadership leadership;
    private final Joiner joiner;
    private final Backoff backoff;
    private volatile boolean up;
    private int joinedInTerm = -1;

    /** What happens when the hub is met. */
    interface Joiner {
        /** Blocking; returns whether the hub may be used. */
        boolean join();

        /** The hub can be used from now on. */
        void linked();
    }

    HubLink(Core core, Leadership leadership, Joiner joiner) {
        this.core = core;
        this.leadership = leadership;
        this.joiner = joiner;
        this.backoff = new Backoff(core.config.reconnectInterval(), core.ticker, core.ports.random());
    }

    @Override
    public String name() {
        return "hub-link";
    }

    boolean isUp() {
        return up && leadership.isReady();
    }

    int failures() {
        return backoff.failures();
    }

    /** An operation failed so that the hub has to be met again. */
    void down(SyncException cause) {
        boolean was = up;
        up = false;
        fail(cause, was);
    }

    /** Meets the hub anew soon, for example because it may be another one. */
    void meetAgain() {
        up = false;
        joinedInTerm = -1;
        backoff.succeeded();
    }

    @Override
    public boolean run() {
        if (!leadership.isReady() || (up && joinedInTerm == leadership.term()) || !backoff.isDue()) {
            return false;
        }
        int term = leadership.term();
        try {
            core.askTime(Side.HUB);
            if (joinedInTerm != term && !joiner.join()) {
                backoff.failed();
                return true;
            }
            joinedInTerm = term;
            backoff.succeeded();
            CLEARED_BY_CONTACT.forEach(code -> core.problems.clear(code, "atlas"));
            up = true;
            joiner.linked();
        } catch (SyncException e) {
            fail(e, false);
        }
        return true;
    }

    @Override
    public long restNanos() {
        return isUp() ? LINKED_NANOS : 0;
    }

    private void fail(SyncException cause, boolean wasUp) {
        backoff.failed();
        boolean late = backoff.failures() >= core.config.reconnectAttemptsBeforeAlert()
                || cause.code().category() == FaultCode.Category.OPERATOR;
        core.problems.raise(cause.code(), late ? Severity.ERROR : Severity.WARNING, "atlas", cause.getMessage());
        core.notices.tell(
                "feed-failed",
                "Change Stream connection failed (atlas, attempt " + backoff.failures() + "): " + cause.getMessage());
        if (wasUp) {
            core.notices.tell("hub-lost", "The hub cannot be reached; local changes are kept and sent later");
        }
    }
}
