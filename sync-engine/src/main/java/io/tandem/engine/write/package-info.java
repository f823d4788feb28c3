/** Step 5: guarded writes, judged key by key. */
@NullMarked
package io.tandem.engine.write;

import org.jspecify.annotations.NullMarked;
