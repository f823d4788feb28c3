/**
 * What Tandem relies on in a MongoDB server: recorded from a real one, replayed on the embedded one and, by environment variable, on
 * real ones. {@link io.tandem.contract.server.Recording} is what was seen, {@link io.tandem.contract.server.KnownDifferences} what may
 * differ and why.
 */
@NullMarked
package io.tandem.contract.server;

import org.jspecify.annotations.NullMarked;
