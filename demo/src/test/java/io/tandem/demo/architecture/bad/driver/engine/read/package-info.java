@NullMarked
package io.tandem.demo.architecture.bad.driver.engine.read;

import org.jspecify.annotations.NullMarked;
