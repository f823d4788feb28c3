/** Step 3: load the three states of a batch of keys. */
@NullMarked
package io.tandem.engine.read;

import org.jspecify.annotations.NullMarked;
