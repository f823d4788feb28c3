/** The front door of the sync engine: {@link io.tandem.engine.SyncEngine}. */
@NullMarked
package io.tandem.engine;

import org.jspecify.annotations.NullMarked;
