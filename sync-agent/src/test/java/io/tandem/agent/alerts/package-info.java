@NullMarked
package io.tandem.agent.alerts;

import org.jspecify.annotations.NullMarked;
