@NullMarked
package io.tandem.demo.architecture.bad.process.engine;

import org.jspecify.annotations.NullMarked;
