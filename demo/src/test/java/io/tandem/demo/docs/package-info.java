/** Carries out what the documentation says. */
@NullMarked
package io.tandem.demo.docs;

import org.jspecify.annotations.NullMarked;
