/** Updates: replacement, operators and pipelines applied to one document, with what changed as the server would log it. */
@NullMarked
package io.tandem.embedded.update;

import org.jspecify.annotations.NullMarked;
