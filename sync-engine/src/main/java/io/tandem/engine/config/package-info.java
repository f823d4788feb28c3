/** Immutable, validated settings of an engine. */
@NullMarked
package io.tandem.engine.config;

import org.jspecify.annotations.NullMarked;
