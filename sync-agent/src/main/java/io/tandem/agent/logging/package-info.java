/** Log files, hidden secrets, and the lines that operators search for. */
@NullMarked
package io.tandem.agent.logging;

import org.jspecify.annotations.NullMarked;
