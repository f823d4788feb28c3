/** Error codes, and the one place that classifies the driver's errors. */
@NullMarked
package io.tandem.engine.fault;

import org.jspecify.annotations.NullMarked;
