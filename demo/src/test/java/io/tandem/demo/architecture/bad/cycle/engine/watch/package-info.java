@NullMarked
package io.tandem.demo.architecture.bad.cycle.engine.watch;

import org.jspecify.annotations.NullMarked;
