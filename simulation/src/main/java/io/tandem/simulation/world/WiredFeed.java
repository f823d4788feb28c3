package io.tandem.simulation.world;

import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.Position;
import io.tandem.simulation.fiber.Fibers;
import io.tandem.simulation.memory.MemoryChangeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A feed over a {@link Wire}: events are late, some come twice, and a reopened feed may begin with events already seen. */
final class WiredFeed implements ChangeFeed {
    private record Pending(long dueMicros, FeedEvent event) {}

    private final ChangeFeed memory;
    private final Side side;
    private final Wire wire;
    private final Fibers fibers;
    private final SplittableRandom random;
    private final Scenario scenario;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private Position position;
    private long lastDue;
    private @Nullable FeedEvent repeated;
    private boolean dead;

    private WiredFeed(
            ChangeFeed memory, Side side, Wire wire, Fibers fibers, SplittableRandom random, Scenario scenario) {
        this.memory = memory;
        this.side = side;
        this.wire = wire;
        this.fibers = fibers;
        this.random = random;
        this.scenario = scenario;
        this.position = memory.position();
    }

    static ChangeSource source(
            ChangeSource memory, Side side, Wire wire, Fibers fibers, SplittableRandom random, Scenario scenario) {
        return after -> wire.read(
                side,
                "open-feed",
                side.name() + after.map(p -> p.token().toString()).orElse(" now"),
                () -> new WiredFeed(
                        memory.open(after.map(p -> earlier(memory, p, random, scenario))),
                        side,
                        wire,
                        fibers,
                        random,
                        scenario));
    }

    /** A few entries before the position, where that is still possible. */
    private static Position earlier(ChangeSource memory, Position wanted, SplittableRandom random, Scenario scenario) {
        Optional<Long> sequence = MemoryChangeSource.sequence(wanted);
        if (sequence.isEmpty() || random.nextDouble() >= scenario.duplicates()) {
            return wanted;
        }
        Position earlier = MemoryChangeSource.position(Math.max(0, sequence.get() - random.nextInt(4)));
        try {
            memory.open(Optional.of(earlier)).close();
            return earlier;
        } catch (io.tandem.engine.fault.SyncException e) {
            return wanted; // that far back there is no history
        }
    }

    @Override
    public List<FeedEvent> poll() {
        if (dead) {
            throw wire.unreachable(side, "polling a dead feed");
        }
        try {
            wire.pause();
            if (!wire.reachable(side)) {
                wire.sleep(300_000L + random.nextInt(700_000));
                throw wire.unreachable(side, "polling a feed");
            }
            fetch();
        } catch (RuntimeException e) {
            dead = true;
            throw e;
        }
        if (!pending.isEmpty() && pending.getFirst().dueMicros() > fibers.micros()) {
            // A server answers with nothing only when there is nothing; otherwise its answer comes late.
            wire.sleep(pending.getFirst().dueMicros() - fibers.micros());
        }
        List<FeedEvent> due = new ArrayList<>();
        while (!pending.isEmpty() && pending.getFirst().dueMicros() <= fibers.micros()) {
            FeedEvent event = pending.removeFirst().event();
            if (repeated != null && random.nextDouble() < scenario.duplicates()) {
                due.add(repeated);
            }
            due.add(event);
            repeated = event;
            position = event.position();
        }
        if (pending.isEmpty()) {
            position = memory.position();
        }
        if (due.isEmpty()) {
            wire.sleep(20_000L + random.nextInt(300_000));
        }
        return due;
    }

    private void fetch() {
        for (FeedEvent event : memory.poll()) {
            long due = fibers.micros() + random.nextLong(scenario.feedDelayMillis() * 1000 + 1);
            lastDue = Math.max(lastDue, due);
            pending.addLast(new Pending(lastDue, scenario.wholeSeconds() ? inWholeSeconds(event) : event));
        }
    }

    private static FeedEvent inWholeSeconds(FeedEvent event) {
        return new FeedEvent(
                event.kind(),
                event.collection(),
                event.id(),
                event.serverMillis() / 1000 * 1000,
                event.version(),
                event.renamedTo(),
                event.position());
    }

    @Override
    public Position position() {
        return position;
    }

    @Override
    public void close() {
        dead = true;
        memory.close();
    }
}
