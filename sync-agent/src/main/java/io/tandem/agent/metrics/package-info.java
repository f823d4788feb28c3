/** The agent's figures over time: the history ring and the Prometheus registry. */
@NullMarked
package io.tandem.agent.metrics;

import org.jspecify.annotations.NullMarked;
