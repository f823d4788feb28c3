/** Values that every step shares: keys, versions, hashes, states, policies. */
@NullMarked
package io.tandem.engine.model;

import org.jspecify.annotations.NullMarked;
