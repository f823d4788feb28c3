/** Change streams: log entries become events, tokens say where to go on. */
@NullMarked
package io.tandem.embedded.stream;

import org.jspecify.annotations.NullMarked;
