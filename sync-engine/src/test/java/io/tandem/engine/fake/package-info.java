/** Small stand-ins for what the engine needs from outside, each with a switch for faults where it stores something. */
@NullMarked
package io.tandem.engine.fake;

import org.jspecify.annotations.NullMarked;
