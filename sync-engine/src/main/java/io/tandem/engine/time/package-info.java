/** The only package that reads the system clock. */
@NullMarked
package io.tandem.engine.time;

import org.jspecify.annotations.NullMarked;
