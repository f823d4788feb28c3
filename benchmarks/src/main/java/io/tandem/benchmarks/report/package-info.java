/** What was measured, and how it is shown. */
@NullMarked
package io.tandem.benchmarks.report;

import org.jspecify.annotations.NullMarked;
