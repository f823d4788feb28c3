package io.tandem.embedded.expression;

import org.jspecify.annotations.Nullable;

/** A compiled expression. Any thread. */
@FunctionalInterface
public interface Expression {
    /** The value for one document; the library's `Missing` when there is none. */
    @Nullable
    Object evaluate(Scope scope);
}
