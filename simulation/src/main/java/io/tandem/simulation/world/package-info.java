/** The world around the engine: devices, hub, people, faults, what they did, and what must hold when it is quiet again. */
@NullMarked
package io.tandem.simulation.world;

import org.jspecify.annotations.NullMarked;
