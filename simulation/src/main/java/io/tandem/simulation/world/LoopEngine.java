package io.tandem.simulation.world;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.run.Ports;
import io.tandem.engine.run.Step;
import io.tandem.engine.run.SyncLoop;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.EngineStatus;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The engine itself. */
public final class LoopEngine implements Engine {
    private static final int WORKERS = 2;
    private static final Resolvers RESOLVERS = Resolvers.of(List.of());

    private final SyncLoop loop;

    /** The engine as it is. */
    public LoopEngine(EngineConfig config, Ports ports, String agent) {
        this.loop = new SyncLoop(config, ports, RESOLVERS, agent, "simulation", WORKERS);
    }

    @Override
    public List<Step> steps() {
        return loop.steps();
    }

    @Override
    public void setBidirectional(boolean enabled) {
        loop.setBidirectional(enabled);
    }

    @Override
    public void setMode(String collection, CollectionMode mode) {
        loop.setMode(collection, mode);
    }

    @Override
    public Set<String> held() {
        Set<String> held = new TreeSet<>();
        for (CollectionStatus collection : loop.status().collections()) {
            if (collection.heldDeletes().isPresent()) {
                held.add(collection.name());
            }
        }
        return held;
    }

    @Override
    public void approveDeletes(String collection) {
        loop.approveDeletes(collection);
    }

    @Override
    public void rejectDeletes(String collection) {
        loop.rejectDeletes(collection);
    }

    @Override
    public boolean isActive() {
        return loop.status().role() == EngineStatus.Role.ACTIVE;
    }

    @Override
    public boolean isQuiet() {
        return loop.isQuiet();
    }
}
