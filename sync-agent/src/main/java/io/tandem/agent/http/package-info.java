/** REST, events, documentation pages and the dashboard's files over HTTP. */
@NullMarked
package io.tandem.agent.http;

import org.jspecify.annotations.NullMarked;
