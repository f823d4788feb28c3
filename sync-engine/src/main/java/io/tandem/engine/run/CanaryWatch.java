package io.tandem.engine.run;

import io.tandem.engine.status.EngineStatus.Canary;
import io.tandem.engine.status.EngineStatus.Flow;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Times the heartbeat documents on their way through the hub and back. Thread-safe. */
final class CanaryWatch {
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final Duration BLIND = Duration.ofSeconds(30);

    /** So many heartbeats under way are told apart; the answer to an older one says nothing new. */
    private static final int UNANSWERED_MAX = 32;

    private final Ticker ticker;
    private final NavigableMap<Long, Long> unanswered = new TreeMap<>(); // guarded by this; number to time of sending
    private long sent; // guarded by this
    private Optional<Instant> backAt = Optional.empty(); // guarded by this
    private Optional<Duration> roundTrip = Optional.empty(); // guarded by this
    private Flow flow = Flow.UNKNOWN; // guarded by this

    CanaryWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The number for the next heartbeat. */
    synchronized long send() {
        unanswered.put(++sent, ticker.nanos());
        if (unanswered.size() > UNANSWERED_MAX) {
            // The oldest stays: it says for how long nothing has come back.
            unanswered.remove(unanswered.higherKey(unanswered.firstKey()));
        }
        return sent;
    }

    /** A heartbeat came back, and with it everything before it. */
    synchronized void back(long number) {
        Long sentNanos = unanswered.get(number);
        if (sentNanos == null) {
            return;
        }
        unanswered.headMap(number, true).clear();
        Duration took = Duration.ofNanos(ticker.nanos() - sentNanos);
        roundTrip = Optional.of(took);
        backAt = Optional.of(Instant.ofEpochMilli(ticker.millis()));
        flow = took.compareTo(SLOW) > 0 ? Flow.SLOW : Flow.FLOWING;
    }

    /** Looks at what is missing; {@code expected} is false while no heartbeat can come back. */
    synchronized void judge(boolean expected) {
        if (!expected) {
            flow = Flow.UNKNOWN;
            unanswered.clear();
            return;
        }
        if (unanswered.isEmpty()) {
            return;
        }
        Duration missing =
                Duration.ofNanos(ticker.nanos() - unanswered.firstEntry().getValue());
        if (missing.compareTo(BLIND) > 0) {
            flow = Flow.BLIND;
        } else if (missing.compareTo(SLOW) > 0 && flow == Flow.FLOWING) {
            flow = Flow.SLOW;
        }
    }

    synchronized Canary status() {
        return new Canary(backAt, roundTrip, flow);
    }
}
