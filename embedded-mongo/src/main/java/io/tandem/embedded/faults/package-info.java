/** Faults that tests ask for: latency, silence, failing commands. */
@NullMarked
package io.tandem.embedded.faults;

import org.jspecify.annotations.NullMarked;
