/** Checks of the dashboard's files that need no browser. */
@NullMarked
package io.tandem.agent.dashboard;

import org.jspecify.annotations.NullMarked;
