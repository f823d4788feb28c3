/** Documents as bytes, their indexes, and the one gate that all writes pass. */
@NullMarked
package io.tandem.embedded.store;

import org.jspecify.annotations.NullMarked;
