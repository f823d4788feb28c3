/** The loop over the six steps: threads, lifecycle, retries. */
@NullMarked
package io.tandem.engine.run;

import org.jspecify.annotations.NullMarked;
