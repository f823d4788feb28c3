/** Limits on what a change costs, in counts that are the same on every machine. */
@NullMarked
package io.tandem.benchmarks.budget;

import org.jspecify.annotations.NullMarked;
