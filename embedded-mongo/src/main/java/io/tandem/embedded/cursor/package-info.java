/** Finding documents and handing them out in batches. */
@NullMarked
package io.tandem.embedded.cursor;

import org.jspecify.annotations.NullMarked;
