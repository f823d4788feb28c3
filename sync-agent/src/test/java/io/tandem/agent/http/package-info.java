@NullMarked
package io.tandem.agent.http;

import org.jspecify.annotations.NullMarked;
