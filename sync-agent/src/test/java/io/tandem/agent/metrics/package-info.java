@NullMarked
package io.tandem.agent.metrics;

import org.jspecify.annotations.NullMarked;
