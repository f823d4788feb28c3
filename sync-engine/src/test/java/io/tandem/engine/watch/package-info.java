@NullMarked
package io.tandem.engine.watch;

import org.jspecify.annotations.NullMarked;
