/** The shape of the code base, checked: who may see whom. Package {@code bad} holds, per rule, a small world that breaks it. */
@NullMarked
package io.tandem.demo.architecture;

import org.jspecify.annotations.NullMarked;
