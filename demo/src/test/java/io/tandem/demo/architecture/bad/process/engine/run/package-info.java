@NullMarked
package io.tandem.demo.architecture.bad.process.engine.run;

import org.jspecify.annotations.NullMarked;
