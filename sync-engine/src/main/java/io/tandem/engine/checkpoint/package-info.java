/** Step 6: base states, positions, lease, identity. */
@NullMarked
package io.tandem.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
