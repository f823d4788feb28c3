@NullMarked
package io.tandem.engine.guard;

import org.jspecify.annotations.NullMarked;
