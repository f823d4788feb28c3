@NullMarked
package io.tandem.engine.run;

import org.jspecify.annotations.NullMarked;
