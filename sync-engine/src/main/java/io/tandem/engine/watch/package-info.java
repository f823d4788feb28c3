/** Step 1: follow each side's changes and emit which keys to look at. */
@NullMarked
package io.tandem.engine.watch;

import org.jspecify.annotations.NullMarked;
