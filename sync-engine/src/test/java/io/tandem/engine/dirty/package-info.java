@NullMarked
package io.tandem.engine.dirty;

import org.jspecify.annotations.NullMarked;
