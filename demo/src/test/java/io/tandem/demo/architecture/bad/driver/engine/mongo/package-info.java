@NullMarked
package io.tandem.demo.architecture.bad.driver.engine.mongo;

import org.jspecify.annotations.NullMarked;
