package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.backend.Missing;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import org.jspecify.annotations.Nullable;

/**
 * The variables an expression sees: `ROOT`, `CURRENT`, `NOW` and those of enclosing `$let`, `$map` and so on; and the collation by which it
 * compares strings. Immutable.
 */
public final class Scope {
    private final @Nullable Scope parent;
    private final String name;
    private final @Nullable Object value;
    private final Collation collation;

    private Scope(@Nullable Scope parent, String name, @Nullable Object value) {
        this(parent, name, value, collationOf(parent));
    }

    private Scope(@Nullable Scope parent, String name, @Nullable Object value, Collation collation) {
        this.parent = parent;
        this.name = name;
        this.value = value;
        this.collation = collation;
    }

    /** The collation of a scope; the simple one outside of any. */
    public static Collation collationOf(@Nullable Scope scope) {
        return scope == null ? Collation.SIMPLE : scope.collation;
    }

    /** The same variables, with strings compared by this collation. */
    public Scope with(Collation newCollation) {
        return new Scope(parent, name, value, newCollation);
    }

    /** How strings are compared. */
    public Collation collation() {
        return collation;
    }

    /** The scope of one document. */
    public static Scope of(@Nullable Scope outer, Object document) {
        return new Scope(outer, "ROOT", document);
    }

    /** A scope without variables but `ROOT`, which is added per document. */
    public static Scope of(Collation collation) {
        return new Scope(null, "", null, collation);
    }

    /** A scope with one more variable. */
    public static Scope of(@Nullable Scope outer, String name, @Nullable Object value) {
        return new Scope(outer, name, value);
    }

    public Scope with(String newName, @Nullable Object newValue) {
        return new Scope(this, newName, newValue);
    }

    /** The document at hand: `CURRENT` when it was set, else `ROOT`. */
    @Nullable
    Object current() {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            if (scope.name.equals("CURRENT") || scope.name.equals("ROOT")) {
                return scope.value;
            }
        }
        return Missing.getInstance();
    }

    @Nullable
    Object variable(String wanted) {
        if ("CURRENT".equals(wanted)) {
            return current();
        }
        for (Scope scope = this; scope != null; scope = scope.parent) {
            if (scope.name.equals(wanted)) {
                return scope.value;
            }
        }
        throw new ServerError(17276, "Use of undefined variable: " + wanted);
    }
}
