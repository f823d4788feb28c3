/** The server's time and its bounded log of changes, from which change streams are made. */
@NullMarked
package io.tandem.embedded.log;

import org.jspecify.annotations.NullMarked;
