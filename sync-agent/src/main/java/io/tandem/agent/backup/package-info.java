/** Copies a database to files in mongodump's format, and back. */
@NullMarked
package io.tandem.agent.backup;

import org.jspecify.annotations.NullMarked;
