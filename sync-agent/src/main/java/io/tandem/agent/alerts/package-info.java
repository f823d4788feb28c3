/** Alert rules with hysteresis, and the webhook that carries them. */
@NullMarked
package io.tandem.agent.alerts;

import org.jspecify.annotations.NullMarked;
