/** What the server says when it refuses: codes, their names and labels. */
@NullMarked
package io.tandem.embedded.error;

import org.jspecify.annotations.NullMarked;
