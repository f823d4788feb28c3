/** The pure parts of the engine under JMH. */
@NullMarked
package io.tandem.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
