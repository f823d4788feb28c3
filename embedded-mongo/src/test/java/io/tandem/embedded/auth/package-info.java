@NullMarked
package io.tandem.embedded.auth;

import org.jspecify.annotations.NullMarked;
