/** Step 2: a bounded queue of keys that may be out of step. */
@NullMarked
package io.tandem.engine.dirty;

import org.jspecify.annotations.NullMarked;
