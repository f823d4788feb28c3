/** What a scenario works with: servers, engines, and instruments that measure them. */
@NullMarked
package io.tandem.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
