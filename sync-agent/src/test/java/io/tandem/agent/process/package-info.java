@NullMarked
package io.tandem.agent.process;

import org.jspecify.annotations.NullMarked;
