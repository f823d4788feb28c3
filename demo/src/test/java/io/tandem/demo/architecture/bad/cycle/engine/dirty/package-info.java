@NullMarked
package io.tandem.demo.architecture.bad.cycle.engine.dirty;

import org.jspecify.annotations.NullMarked;
