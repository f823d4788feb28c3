/** Strict JSON in, records and BSON out. */
@NullMarked
package io.tandem.agent.json;

import org.jspecify.annotations.NullMarked;
