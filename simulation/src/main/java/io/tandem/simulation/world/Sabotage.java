package io.tandem.simulation.world;

import io.tandem.engine.run.Ports;

/** Breaks an engine on purpose, from outside: a simulation that cannot fail proves nothing. */
public interface Sabotage {
    /** Leaves everything as it is. */
    Sabotage NONE = (ports, site) -> ports;

    /** The ports that the broken engine gets. */
    Ports ports(Ports honest, Site site);
}
