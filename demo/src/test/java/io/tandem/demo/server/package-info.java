/** The databases that the tests of whole processes work in. */
@NullMarked
package io.tandem.demo.server;

import org.jspecify.annotations.NullMarked;
