/** Tests of a migration's memory and of edits of the settings. */
@NullMarked
package io.tandem.agent.migrate;

import org.jspecify.annotations.NullMarked;
