/** Step 4: pure decisions, three states and a policy in, one plan out. */
@NullMarked
package io.tandem.engine.plan;

import org.jspecify.annotations.NullMarked;
