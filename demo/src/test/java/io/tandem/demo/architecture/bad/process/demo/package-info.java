@NullMarked
package io.tandem.demo.architecture.bad.process.demo;

import org.jspecify.annotations.NullMarked;
