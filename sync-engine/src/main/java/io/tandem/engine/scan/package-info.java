/** First sync, resync and verification: keys of both sides in order. */
@NullMarked
package io.tandem.engine.scan;

import org.jspecify.annotations.NullMarked;
