/** The dashboard in a real Chromium: what people see and what their clicks do. */
@NullMarked
package io.tandem.browser;

import org.jspecify.annotations.NullMarked;
