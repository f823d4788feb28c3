/** The running agent: everything put together, started and stopped in order. */
@NullMarked
package io.tandem.agent.process;

import org.jspecify.annotations.NullMarked;
