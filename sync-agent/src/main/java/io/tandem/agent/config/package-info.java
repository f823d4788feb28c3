/** The settings: a typed registry, where values come from, and one message with everything that is wrong. */
@NullMarked
package io.tandem.agent.config;

import org.jspecify.annotations.NullMarked;
