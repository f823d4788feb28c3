/**
 * A MongoDB-compatible server inside the JVM: one member of a replica set, or a standalone server, in memory or on disk. Start at
 * {@link io.tandem.embedded.EmbeddedMongo}. The decision record in docs/decisions says what is our own and what the library does.
 */
@NullMarked
package io.tandem.embedded;

import org.jspecify.annotations.NullMarked;
