package io.tandem.engine.run;

import io.tandem.engine.checkpoint.DeviceStore.Lease;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.status.Problem.Severity;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether this agent is the one that works for its device. The lease runs by the local server's clock; how long it surely still
 * holds is judged by the agent's steady clock, counted from before the lease was asked for. Thread-safe.
 *
 * <p>Two agents never write at once: one whose lease may have ended writes nothing more, and one that was stopped in the
 * middle of a write and wakes up later is told apart by the fencing number that base states carry.
 */
final class Leadership implements Step {
    static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(2);
    private static final Duration RENEW = Duration.ofSeconds(3);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    private final Core core;
    private final String agent;
    private final Bootstrap bootstrap;
    private final Backoff localBackoff;
    private volatile boolean ready;
    private volatile long surelyHeldUntil;
    private volatile boolean held;
    private final AtomicInteger term = new AtomicInteger();
    private long nextNanos;
    private long fence;

    /** What has to be read when this agent takes over. */
    interface Bootstrap {
        /** Blocking; throws when something could not be read, and is then called again. */
        void takeOver(long fence);

        /** Another agent works for the device; called again and again. May read, must not write. Blocking; throws like the other. */
        default void standBy() {}
    }

    Leadership(Core core, String agent, Bootstrap bootstrap) {
        this.core = core;
        this.agent = agent;
        this.bootstrap = bootstrap;
        this.localBackoff = new Backoff(Duration.ofSeconds(1), core.ticker, core.ports.random());
        this.nextNanos = core.ticker.nanos();
    }

    @Override
    public String name() {
        return "lease";
    }

    /** Whether this agent may work now: the lease surely holds and everything was read. */
    boolean isReady() {
        return ready && surelyHolds();
    }

    boolean holdsLease() {
        return held && surelyHolds();
    }

    /** Counts the times that this agent took over; work of an earlier term is void. */
    int term() {
        return term.get();
    }

    /** Throws when the lease may have ended. Called right before every write. */
    void mustHold() {
        if (!surelyHolds()) {
            throw new SyncException(
                    FaultCode.FENCED, "the lease of this device may have ended before a write; it was not made");
        }
    }

    /** Somebody else has taken over. */
    void lost() {
        held = false;
        ready = false;
        surelyHeldUntil = core.ticker.nanos();
    }

    @Override
    public boolean run() {
        if (core.ticker.nanos() - nextNanos < 0 || !localBackoff.isDue()) {
            return false;
        }
        try {
            long asked = core.ticker.nanos();
            Lease lease = core.ports.device().acquire(agent, LEASE);
            take(lease, asked);
            localBackoff.succeeded();
            if (core.problems.clear(FaultCode.LOCAL_UNREACHABLE, "local")) {
                core.notices.tell("local-reachable", "The local database can be reached again");
            }
        } catch (SyncException e) {
            localBackoff.failed();
            if (core.problems.raise(e.code(), Severity.ERROR, "local", e.getMessage())) {
                core.notices.tell("feed-failed", "Change Stream connection failed (local): " + e.getMessage());
            }
        }
        return true;
    }

    @Override
    public long restNanos() {
        return ready ? nextNanos - core.ticker.nanos() : 0;
    }

    private void take(Lease lease, long asked) {
        if (!lease.held()) {
            if (held) {
                core.notices.tell("lease", "Standing by: the agent " + lease.owner() + " works for this device");
            }
            lost();
            nextNanos = core.ticker.nanos() + ASK_AGAIN.toNanos();
            bootstrap.standBy();
            return;
        }
        // Another number says that somebody else had the lease meanwhile, although this agent noticed nothing, asleep
        // perhaps.
        boolean anew = !held || !ready || lease.fence() != fence;
        if (anew) {
            ready = false;
        }
        surelyHeldUntil = asked + LEASE.toNanos() - MARGIN.toNanos();
        nextNanos = core.ticker.nanos() + RENEW.toNanos();
        if (anew) {
            held = true;
            fence = lease.fence();
            term.incrementAndGet();
            bootstrap.takeOver(lease.fence());
            ready = true;
            core.notices.tell("lease", "Active: this agent works for the device now");
        }
    }

    /** Gives the lease back so that a standby can take over at once. */
    void release() {
        boolean had = held;
        lost();
        if (had) {
            core.ports.device().release(agent);
        }
    }

    private boolean surelyHolds() {
        return held && core.ticker.nanos() - surelyHeldUntil < 0;
    }
}
