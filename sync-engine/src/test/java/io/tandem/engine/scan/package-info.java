@NullMarked
package io.tandem.engine.scan;

import org.jspecify.annotations.NullMarked;
