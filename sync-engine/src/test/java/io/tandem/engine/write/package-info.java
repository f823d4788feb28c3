@NullMarked
package io.tandem.engine.write;

import org.jspecify.annotations.NullMarked;
