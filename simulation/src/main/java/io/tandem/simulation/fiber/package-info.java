/** Coroutines over virtual time: many activities, one of which runs at any moment, in an order that a seed decides. */
@NullMarked
package io.tandem.simulation.fiber;

import org.jspecify.annotations.NullMarked;
