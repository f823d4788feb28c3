@NullMarked
package io.tandem.simulation.world;

import org.jspecify.annotations.NullMarked;
