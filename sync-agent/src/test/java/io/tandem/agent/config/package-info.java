@NullMarked
package io.tandem.agent.config;

import org.jspecify.annotations.NullMarked;
