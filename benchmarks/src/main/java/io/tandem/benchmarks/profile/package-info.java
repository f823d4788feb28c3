/** From a flight recording to a flame graph. */
@NullMarked
package io.tandem.benchmarks.profile;

import org.jspecify.annotations.NullMarked;
