/** What a {@code tandem serve} process promises when it is killed. */
@NullMarked
package io.tandem.demo.kill;

import org.jspecify.annotations.NullMarked;
