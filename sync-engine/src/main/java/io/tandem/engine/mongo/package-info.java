/** The only package that talks to the driver's client. */
@NullMarked
package io.tandem.engine.mongo;

import org.jspecify.annotations.NullMarked;
