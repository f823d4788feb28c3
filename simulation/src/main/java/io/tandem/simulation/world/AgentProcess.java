package io.tandem.simulation.world;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.run.Ports;
import io.tandem.engine.run.Step;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.simulation.fiber.Fiber;
import io.tandem.simulation.fiber.Fibers;
import io.tandem.simulation.memory.MemoryChangeSource;
import io.tandem.simulation.memory.MemoryConflictLog;
import io.tandem.simulation.memory.MemoryHub;
import io.tandem.simulation.memory.MemoryScanner;
import io.tandem.simulation.memory.MemoryStateReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** One agent process: an engine whose steps run as fibers. Killing it throws its memory away; the databases stay. */
final class AgentProcess {
    /** Pauses between calls of a step, microseconds. */
    private static final int BUSY = 1_000;

    private static final int IDLE = 500_000;

    private final World world;
    private final Site site;
    private final String name;
    private final Fibers fibers;
    private final SplittableRandom random;
    private final Engine engine;
    private final List<Fiber> own = new ArrayList<>();
    private boolean alive = true;

    AgentProcess(World world, Site site, String name, EngineConfig config) {
        this.world = world;
        this.site = site;
        this.name = name;
        this.fibers = world.fibers();
        this.random = world.random().split();
        this.engine = world.engines().create(config, world.sabotage().ports(ports(), this.site), name);
        for (Step step : engine.steps()) {
            own.add(fibers.start(name + "-" + step.name(), random.nextInt(100_000), () -> drive(step)));
        }
    }

    private void drive(Step step) {
        while (true) {
            boolean busy = run(step);
            fibers.sleep(1 + random.nextInt(busy ? BUSY : IDLE * world.idleFactor()));
        }
    }

    /** As the threads of a service do: a fault ends one call, not the step. */
    private boolean run(Step step) {
        try {
            return step.run();
        } catch (SyncException e) {
            world.trace().add(fibers.micros(), name, step.name(), "threw " + e.getMessage());
            return false;
        }
    }

    private Ports ports() {
        MemoryHub hub = world.hub();
        Scenario scenario = world.scenario();
        Wire wire = new Wire(fibers, random.split(), world.trace(), site, name, world::lostReplies);
        AtomicLong fence = new AtomicLong(-1);
        ChangeSource localChanges = new MemoryChangeSource(site.database, Optional.empty());
        MemoryScanner scanner = new MemoryScanner(site.database, hub.database(), site.bases);
        SplittableRandom feeds = random.split();
        return new Ports(
                WiredFeed.source(localChanges, Side.LOCAL, wire, fibers, feeds, scenario),
                device -> WiredFeed.source(
                        new MemoryChangeSource(hub.database(), Optional.of(device)),
                        Side.HUB,
                        wire,
                        fibers,
                        feeds,
                        scenario),
                WiredPorts.reader(new MemoryStateReader(site.database, hub), wire, new WiredPorts.Looks() {
                    @Override
                    public void local(DocKey key) {
                        world.journal().localRead(site.number, key);
                    }

                    @Override
                    public void hub(DocKey key, Optional<Tombstone> seen) {
                        world.hubRead(site.number, key, seen);
                    }
                }),
                new WiredTarget(world.target(site, name), hub.database(), wire, random.split()),
                WiredPorts.bases(site.bases.under(fence::get), wire, (key, record) -> {
                    world.journal().agreed(site.number, key, record);
                    return true;
                }),
                WiredPorts.quarantine(site.quarantine, wire),
                WiredPorts.conflictLog(new MemoryConflictLog(hub), wire),
                WiredPorts.device(site.metadata, wire, (side, position) -> world.checkPosition(site, side, position)),
                WiredPorts.hub(hub, wire),
                WiredPorts.scanner(scanner, wire),
                WiredPorts.clock(site, world.hubClock(), wire, random.split(), scenario.coldMillis()),
                new Ticker() {
                    @Override
                    public long millis() {
                        return site.clock.millis();
                    }

                    @Override
                    public long nanos() {
                        return site.clock.nanos();
                    }
                },
                random.split(),
                fence::set);
    }

    Engine engine() {
        return engine;
    }

    Site site() {
        return site;
    }

    boolean isAlive() {
        return alive;
    }

    /** Kills it between two operations. */
    void kill() {
        alive = false;
        own.forEach(Fiber::kill);
    }

    /** An operator asks this agent for something, again and again until it is done. */
    void ask(String what, Runnable request) {
        own.add(fibers.start(name + "-" + what, 0, () -> {
            while (!attempt(what, request)) {
                fibers.sleep(300_000L + random.nextInt(500_000));
            }
        }));
    }

    private boolean attempt(String what, Runnable request) {
        try {
            request.run();
            return true;
        } catch (SyncException e) {
            world.trace().add(fibers.micros(), name, what, "failed: " + e.getMessage());
            return false;
        } catch (IllegalArgumentException | IllegalStateException e) {
            world.trace().add(fibers.micros(), name, what, "refused: " + e.getMessage());
            return true;
        }
    }
}
