@NullMarked
package io.tandem.demo.architecture.bad.printing.engine.guard;

import org.jspecify.annotations.NullMarked;
