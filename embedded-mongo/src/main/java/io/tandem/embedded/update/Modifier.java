package io.tandem.embedded.update;

/** One operator with its operand, applied to one concrete path. Any thread. */
@FunctionalInterface
interface Modifier {
    void apply(Change change);
}
