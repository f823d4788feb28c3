package io.tandem.engine.mongo;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.time.Ticker;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Asks the servers for their time with {@code hello}, which needs no privilege, and remembers how far off they were. */
final class MongoClockProbe implements ClockProbe {
    /** How many of the latest samples the smallest round trip is looked for in. */
    private static final int REMEMBERED = 8;

    private final Ticker ticker;
    private final Map<Side, Link> links;
    /** Guarded by itself. Server minus agent, milliseconds. */
    private final Map<Side, Offsets> offsets = new EnumMap<>(Side.class);

    MongoClockProbe(Map<Side, Link> links, Ticker ticker) {
        this.links = links;
        this.ticker = ticker;
    }

    @Override
    public Sample ask(Side side) {
        Link link = Objects.requireNonNull(links.get(side));
        link.client();
        long startMillis = ticker.millis();
        long startNanos = ticker.nanos();
        BsonDocument reply;
        try {
            reply = hello(link, "hello");
        } catch (SyncException e) {
            if (e.getCause() instanceof RuntimeException cause
                    && DriverFaults.hasCode(cause, DriverFaults.COMMAND_NOT_FOUND)) {
                // Servers before 4.4.2 know it by its old name only.
                startMillis = ticker.millis();
                startNanos = ticker.nanos();
                reply = hello(link, "isMaster");
            } else {
                throw e;
            }
        }
        long roundTripNanos = ticker.nanos() - startNanos;
        if (!(reply.get("localTime") instanceof BsonDateTime time)) {
            throw new SyncException(
                    FaultCode.UNKNOWN,
                    "Cannot ask the " + DriverFaults.name(side)
                            + " server for its time: its reply holds no localTime.");
        }
        Sample sample = new Sample(time.getValue(), startMillis + roundTripNanos / 2_000_000, roundTripNanos);
        synchronized (offsets) {
            offsets.computeIfAbsent(side, any -> new Offsets()).add(sample);
        }
        return sample;
    }

    private static BsonDocument hello(Link link, String command) {
        return link.admin("ask for the time", new BsonDocument(command, new BsonInt32(1)));
    }

    /** What that server's clock says now, as far as the last samples tell; asks when there is none. */
    long serverMillis(Side side) {
        synchronized (offsets) {
            Offsets known = offsets.get(side);
            if (known != null) {
                return ticker.millis() + known.best();
            }
        }
        Sample sample = ask(side);
        return ticker.millis() + sample.serverMillis() - sample.agentMillis();
    }

    /** The latest samples in a ring. */
    private static final class Offsets {
        private final long[] offsetMillis = new long[REMEMBERED];
        private final long[] roundTripNanos = new long[REMEMBERED];
        private int count;

        void add(Sample sample) {
            offsetMillis[count % REMEMBERED] = sample.serverMillis() - sample.agentMillis();
            roundTripNanos[count % REMEMBERED] = sample.roundTripNanos();
            count++;
        }

        long best() {
            int best = 0;
            for (int i = 1; i < Math.min(count, REMEMBERED); i++) {
                if (roundTripNanos[i] < roundTripNanos[best]) {
                    best = i;
                }
            }
            return offsetMillis[best];
        }
    }
}
