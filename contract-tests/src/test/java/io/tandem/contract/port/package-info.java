/** What the engine's ports promise, for every implementation of them. */
@NullMarked
package io.tandem.contract.port;

import org.jspecify.annotations.NullMarked;
