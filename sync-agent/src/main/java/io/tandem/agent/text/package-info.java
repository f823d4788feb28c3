/** Words that people read: hidden secrets, durations, names that were probably meant. Pure. */
@NullMarked
package io.tandem.agent.text;

import org.jspecify.annotations.NullMarked;
