/** The arithmetic and the forms of a report. */
@NullMarked
package io.tandem.benchmarks.report;

import org.jspecify.annotations.NullMarked;
