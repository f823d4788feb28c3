/** The command line of the process: one class per command, and the root command that finds them. */
@NullMarked
package io.tandem.agent.cli;

import org.jspecify.annotations.NullMarked;
