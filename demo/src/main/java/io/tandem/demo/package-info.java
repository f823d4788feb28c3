/** The executable: the agent's command line together with the commands that need the embedded server. */
@NullMarked
package io.tandem.demo;

import org.jspecify.annotations.NullMarked;
