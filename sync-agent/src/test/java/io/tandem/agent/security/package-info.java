@NullMarked
package io.tandem.agent.security;

import org.jspecify.annotations.NullMarked;
