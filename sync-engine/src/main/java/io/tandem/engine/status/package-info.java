/** Snapshots of how the engine is doing, and the records an operator lists. */
@NullMarked
package io.tandem.engine.status;

import org.jspecify.annotations.NullMarked;
