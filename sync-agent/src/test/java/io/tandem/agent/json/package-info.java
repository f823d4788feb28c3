@NullMarked
package io.tandem.agent.json;

import org.jspecify.annotations.NullMarked;
