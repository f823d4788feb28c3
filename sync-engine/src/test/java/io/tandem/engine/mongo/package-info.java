/** What can be told about the driver's side without a server. */
@NullMarked
package io.tandem.engine.mongo;

import org.jspecify.annotations.NullMarked;
