/** Filters: compiled once per command, tested per document, with the server's comparison rules. */
@NullMarked
package io.tandem.embedded.query;

import org.jspecify.annotations.NullMarked;
