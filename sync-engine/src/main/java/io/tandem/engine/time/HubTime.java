package io.tandem.engine.time;

import io.tandem.engine.model.Side;
import io.tandem.engine.time.ClockProbe.Sample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The hub's clock as known on the device, measured by Cristian's algorithm: of the last samples, the one with the shortest
 * round trip counts. Between samples time runs by the machine's steady clock, so a wall clock that is set does no harm.
 * Thread-safe.
 */
public final class HubTime {
    private static final int SAMPLES_KEPT = 8;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final Ticker ticker;
    private final Map<Side, Deque<Taken>> samples = new EnumMap<>(Side.class); // guarded by this
    private long storedOffsetMillis; // guarded by this; hub minus device
    private boolean offsetKnown; // guarded by this

    private record Taken(Sample sample, long atNanos) {
        long serverNow(long nanos) {
            return sample.serverMillis() + (nanos - atNanos) / NANOS_PER_MILLI;
        }
    }

    public HubTime(Ticker ticker) {
        this.ticker = ticker;
        samples.put(Side.LOCAL, new ArrayDeque<>());
        samples.put(Side.HUB, new ArrayDeque<>());
    }

    /** Takes in an answer that has just arrived. */
    public synchronized void learn(Side side, Sample sample) {
        Deque<Taken> taken = kept(side);
        long middle = ticker.nanos() - sample.roundTripNanos() / 2;
        Taken latest = new Taken(sample, middle);
        boolean clockWasSet = !taken.isEmpty()
                && Math.abs(taken.getLast().serverNow(middle) - sample.serverMillis())
                        > 1000 + 2 * sample.roundTripNanos() / NANOS_PER_MILLI;
        if (clockWasSet) {
            taken.clear();
        }
        taken.addLast(latest);
        if (taken.size() > SAMPLES_KEPT) {
            taken.removeFirst();
        }
        if (best(Side.HUB).isPresent() && best(Side.LOCAL).isPresent()) {
            storedOffsetMillis = serverNow(Side.HUB) - serverNow(Side.LOCAL);
            offsetKnown = true;
        }
    }

    /** Takes the offset measured in an earlier life, for as long as the hub is away. */
    public synchronized void remember(long hubMinusDeviceMillis) {
        storedOffsetMillis = hubMinusDeviceMillis;
        offsetKnown = true;
    }

    /** Whether the two clocks were ever compared, in this life or an earlier one; until then nothing local can be dated. */
    public synchronized boolean isOffsetKnown() {
        return offsetKnown;
    }

    /** Hub minus device, in milliseconds, as last measured or remembered. */
    public synchronized long offsetMillis() {
        return storedOffsetMillis;
    }

    /** Device minus hub, once both have been asked. */
    public synchronized Optional<Duration> deviceAhead() {
        return best(Side.HUB).isPresent() && best(Side.LOCAL).isPresent()
                ? Optional.of(Duration.ofMillis(serverNow(Side.LOCAL) - serverNow(Side.HUB)))
                : Optional.empty();
    }

    /** What the hub's clock shows now, in milliseconds since the epoch; the agent's own guess until it was asked. */
    public synchronized long nowMillis() {
        return best(Side.HUB).isPresent() ? serverNow(Side.HUB) : serverNow(Side.LOCAL) + storedOffsetMillis;
    }

    /** What the device's clock shows now, in milliseconds since the epoch; the agent's own until it was asked. */
    public synchronized long localNowMillis() {
        return serverNow(Side.LOCAL);
    }

    /** A moment of the device's clock on the hub's. */
    public synchronized long fromLocal(long deviceMillis) {
        return deviceMillis + storedOffsetMillis;
    }

    private long serverNow(Side side) {
        return best(side).map(t -> t.serverNow(ticker.nanos())).orElseGet(ticker::millis);
    }

    private Optional<Taken> best(Side side) {
        return kept(side).stream()
                .min((a, b) ->
                        Long.compare(a.sample().roundTripNanos(), b.sample().roundTripNanos()));
    }

    private Deque<Taken> kept(Side side) {
        Deque<Taken> taken = samples.get(side);
        if (taken == null) {
            throw new IllegalStateException("no samples for " + side);
        }
        return taken;
    }
}
