package io.tandem.simulation.world;

import io.tandem.engine.model.CollectionMode;
import io.tandem.simulation.memory.MemoryBases;
import io.tandem.simulation.memory.MemoryDatabase;
import io.tandem.simulation.memory.MemoryDevice;
import io.tandem.simulation.memory.MemoryQuarantine;

/** A device: its databases, which outlive every agent, its clock, and whether it reaches them and the hub just now. */
public final class Site {
    final int number;
    final String name;
    final Clock clock;
    final MemoryDatabase database;
    final MemoryDevice metadata;
    final MemoryBases bases;
    final MemoryQuarantine quarantine = new MemoryQuarantine();
    final boolean standalone;
    /** What the operator's configuration says when an agent starts. */
    boolean bidirectional = true;

    /** What the operator wants of the collection that is always there. */
    CollectionMode mode = CollectionMode.BOTH;

    boolean hubReachable = true;
    boolean localReachable = true;

    Site(int number, Clock clock, boolean standalone) {
        this.number = number;
        this.name = "d" + number;
        this.clock = clock;
        this.standalone = standalone;
        this.database = new MemoryDatabase(clock::millis);
        this.database.standalone(standalone);
        this.metadata = new MemoryDevice(clock::millis);
        this.bases = new MemoryBases(metadata::fence);
    }
}
