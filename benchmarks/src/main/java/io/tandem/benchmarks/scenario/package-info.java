/** What is measured; each class is one scenario. */
@NullMarked
package io.tandem.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
