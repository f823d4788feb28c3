@NullMarked
package io.tandem.embedded.fault;

import org.jspecify.annotations.NullMarked;
