@NullMarked
package io.tandem.demo.architecture.bad.clock.engine.time;

import org.jspecify.annotations.NullMarked;
