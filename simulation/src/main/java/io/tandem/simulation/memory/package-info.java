/** Databases in memory, and the engine's ports over them. They keep the contracts of the real ones, without yields or faults. */
@NullMarked
package io.tandem.simulation.memory;

import org.jspecify.annotations.NullMarked;
