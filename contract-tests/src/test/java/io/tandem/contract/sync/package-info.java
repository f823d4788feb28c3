/** What the engine promises to the applications on either side, end to end over real connections. */
@NullMarked
package io.tandem.contract.sync;

import org.jspecify.annotations.NullMarked;
