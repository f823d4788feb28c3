/** Sockets and messages: what arrives is handed on as a document, and a document is sent back. */
@NullMarked
package io.tandem.embedded.wire;

import org.jspecify.annotations.NullMarked;
