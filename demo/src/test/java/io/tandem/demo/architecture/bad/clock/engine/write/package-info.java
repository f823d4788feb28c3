@NullMarked
package io.tandem.demo.architecture.bad.clock.engine.write;

import org.jspecify.annotations.NullMarked;
