/** Tests of the backup format and of restoring. */
@NullMarked
package io.tandem.agent.backup;

import org.jspecify.annotations.NullMarked;
