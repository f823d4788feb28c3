/** The documents, the changes, and the observer that sees them arrive. */
@NullMarked
package io.tandem.benchmarks.load;

import org.jspecify.annotations.NullMarked;
