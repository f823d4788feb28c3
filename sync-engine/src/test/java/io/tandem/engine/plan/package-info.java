@NullMarked
package io.tandem.engine.plan;

import org.jspecify.annotations.NullMarked;
