/** Bytes to values and back, and the server's comparison order. Knows no command, no collection and no socket. */
@NullMarked
package io.tandem.embedded.bson;

import org.jspecify.annotations.NullMarked;
