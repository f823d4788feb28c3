/**
 * Aggregation expressions, compiled once and evaluated per document. Comparison, conditions, arithmetic and paths are our own
 * because the library's differ from the server's; the long tail (dates, strings, sets, conversions) is the library's.
 */
@NullMarked
package io.tandem.embedded.expression;

import org.jspecify.annotations.NullMarked;
