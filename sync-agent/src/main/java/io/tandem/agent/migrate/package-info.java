/** What a migration remembers between its phases, and how it edits the settings. */
@NullMarked
package io.tandem.agent.migrate;

import org.jspecify.annotations.NullMarked;
