/** End-to-end benchmarks: every figure of the engine beside a baseline measured in the same run on the same servers. */
@NullMarked
package io.tandem.benchmarks;

import org.jspecify.annotations.NullMarked;
