/** A seeded, virtual-time world over the real engine: devices, hub, people, faults, and the checks after quiet. */
@NullMarked
package io.tandem.simulation;

import org.jspecify.annotations.NullMarked;
