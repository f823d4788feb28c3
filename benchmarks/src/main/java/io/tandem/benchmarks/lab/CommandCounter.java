package io.tandem.benchmarks.lab;

import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import io.tandem.engine.model.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the commands that engines send, and how many follow each other on the way. Thread-safe. */
public final class CommandCounter {
    private static final String WAITING = "getMore";

    private final Map<Side, List<Sent>> sent = new EnumMap<>(Side.class); // guarded by this
    private final Map<Integer, Long> started = new ConcurrentHashMap<>();

    /**
     * One command and its reply.
     *
     * @param name of the command
     * @param startNanos when it was sent
     * @param endNanos when its reply was read
     */
    public record Sent(String name, long startNanos, long endNanos) {}

    public CommandCounter() {
        reset();
    }

    /** Begins anew. */
    public final synchronized void reset() {
        for (Side side : Side.values()) {
            sent.put(side, new ArrayList<>());
        }
    }

    CommandListener of(Side side) {
        return new CommandListener() {
            @Override
            public void commandStarted(CommandStartedEvent event) {
                started.put(event.getRequestId(), System.nanoTime());
            }

            @Override
            public void commandSucceeded(CommandSucceededEvent event) {
                ended(side, event.getRequestId(), event.getCommandName());
            }

            @Override
            public void commandFailed(CommandFailedEvent event) {
                ended(side, event.getRequestId(), event.getCommandName());
            }
        };
    }

    private void ended(Side side, int request, String name) {
        Long start = started.remove(request);
        if (start != null) {
            synchronized (this) {
                ofSide(side).add(new Sent(name, start, System.nanoTime()));
            }
        }
    }

    private List<Sent> ofSide(Side side) {
        return sent.computeIfAbsent(side, any -> new ArrayList<>());
    }

    /** Commands to a side, those aside that wait for changes. */
    public synchronized long queries(Side side) {
        return ofSide(side).stream().filter(one -> !one.name().equals(WAITING)).count();
    }

    /** All commands to a side. */
    public synchronized long commands(Side side) {
        return ofSide(side).size();
    }

    /** How often each command was sent to a side. */
    public synchronized Map<String, Long> byName(Side side) {
        Map<String, Long> counts = new TreeMap<>();
        ofSide(side).forEach(one -> counts.merge(one.name(), 1L, Long::sum));
        return counts;
    }

    /**
     * How many commands to a side had to follow each other: the longest row in which each one began after the one before had ended. Those
     * that wait for changes do not count.
     */
    public synchronized int roundTrips(Side side) {
        List<Sent> byEnd = ofSide(side).stream()
                .filter(one -> !one.name().equals(WAITING))
                .sorted(Comparator.comparingLong(Sent::endNanos))
                .toList();
        int trips = 0;
        long freeFrom = Long.MIN_VALUE;
        for (Sent one : byEnd) {
            if (trips == 0 || one.startNanos() - freeFrom >= 0) {
                trips++;
                freeFrom = one.endNanos();
            }
        }
        return trips;
    }
}
