@NullMarked
package io.tandem.agent.logging;

import org.jspecify.annotations.NullMarked;
