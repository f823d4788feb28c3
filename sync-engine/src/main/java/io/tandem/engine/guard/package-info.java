/** What stops a mistake from spreading: deletes, loops, hub and identity. */
@NullMarked
package io.tandem.engine.guard;

import org.jspecify.annotations.NullMarked;
