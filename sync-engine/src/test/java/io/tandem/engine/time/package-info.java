@NullMarked
package io.tandem.engine.time;

import org.jspecify.annotations.NullMarked;
