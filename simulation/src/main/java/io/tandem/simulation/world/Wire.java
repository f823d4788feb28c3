package io.tandem.simulation.world;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.Outcome;
import io.tandem.simulation.fiber.Fiber;
import io.tandem.simulation.fiber.Fibers;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The connections of one agent to both servers. Each operation takes time on the way there and on the way back, so that
 * everything else can happen before it, between it and its reply, and after; it may be lost on either way.
 */
final class Wire {
    /** Text only when somebody reads the trace; hash codes that depend on content only. */
    private record Written(Object what, Object result) {
        @Override
        public int hashCode() {
            int hash = what.hashCode();
            return result instanceof Outcome.Refused ? hash + 1 : 31 * hash + result.hashCode();
        }

        @Override
        public String toString() {
            return what + " -> " + result;
        }
    }

    private final Fibers fibers;
    private final SplittableRandom random;
    private final Trace trace;
    private final Site site;
    private final String agent;
    private final DoubleSupplier lostReplies;

    Wire(Fibers fibers, SplittableRandom random, Trace trace, Site site, String agent, DoubleSupplier lostReplies) {
        this.fibers = fibers;
        this.random = random;
        this.trace = trace;
        this.site = site;
        this.agent = agent;
        this.lostReplies = lostReplies;
    }

    /** An operation that changes nothing. */
    <T> T read(Side side, String what, Object detail, Supplier<T> operation) {
        there(side, what);
        T result = operation.get();
        trace.add(fibers.micros(), agent, what, detail);
        back(side, what, 0);
        return result;
    }

    /** An operation that may take effect although its caller is told that it failed. */
    <T> T write(Side side, String what, Object detail, Supplier<T> operation) {
        there(side, what);
        T result = operation.get();
        trace.add(fibers.micros(), agent, what, new Written(detail, result));
        back(side, what, lostReplies.getAsDouble());
        return result;
    }

    /** Between two operations that travel together. */
    void pause() {
        fibers.sleep(random.nextInt(200));
    }

    void sleep(long micros) {
        fibers.sleep(micros);
    }

    private void there(Side side, String what) {
        Fiber self = fibers.current();
        fibers.sleep(latency(side));
        if (!reachable(side)) {
            fibers.sleep(500_000L + random.nextInt(1_500_000));
            self.check();
            throw unreachable(side, what);
        }
    }

    private void back(Side side, String what, double lost) {
        fibers.sleep(latency(side));
        if (!reachable(side) || (lost > 0 && random.nextDouble() < lost)) {
            throw unreachable(side, what);
        }
    }

    boolean reachable(Side side) {
        return side == Side.LOCAL ? site.localReachable : site.hubReachable;
    }

    private long latency(Side side) {
        int usual = side == Side.LOCAL ? 500 : 10_000;
        int draw = random.nextInt(100);
        return draw == 0 ? random.nextInt(usual * 50) : draw < 10 ? random.nextInt(usual * 5) : random.nextInt(usual);
    }

    SyncException unreachable(Side side, String what) {
        FaultCode code = side == Side.LOCAL ? FaultCode.LOCAL_UNREACHABLE : FaultCode.HUB_UNREACHABLE;
        return new SyncException(code, what + ": no reply");
    }
}
