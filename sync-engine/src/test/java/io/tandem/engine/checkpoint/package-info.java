@NullMarked
package io.tandem.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
