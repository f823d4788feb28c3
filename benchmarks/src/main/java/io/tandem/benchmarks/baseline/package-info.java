/** What a program without any guarantee needs for the same data: raw copy, raw pump, raw scan. */
@NullMarked
package io.tandem.benchmarks.baseline;

import org.jspecify.annotations.NullMarked;
