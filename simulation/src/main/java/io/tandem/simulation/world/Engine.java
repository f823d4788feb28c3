package io.tandem.simulation.world;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.run.Ports;
import io.tandem.engine.run.Step;
import java.util.List;
import java.util.Set;

/** One running engine, as the world drives it. */
public interface Engine {
    List<Step> steps();

    void setBidirectional(boolean enabled);

    void setMode(String collection, CollectionMode mode);

    /** Collections whose deletes the delete guard holds back. */
    Set<String> held();

    void approveDeletes(String collection);

    void rejectDeletes(String collection);

    /** Whether it holds the device's lease. */
    boolean isActive();

    /** Whether it has nothing left to do. */
    boolean isQuiet();

    /** Makes engines. */
    interface Factory {
        Engine create(EngineConfig config, Ports ports, String agent);
    }
}
