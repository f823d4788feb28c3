@NullMarked
package io.tandem.agent.text;

import org.jspecify.annotations.NullMarked;
